/* oxlint-disable no-control-regex -- control characters are what this file is about */
// string-width builds its tables of emoji when it is loaded: 12 ms, and 14 more when the first glyph that is not ASCII is
// measured. Text of one-cell characters alone, which is nearly every screen, is measured without it.
const colours = /\u001b\[[\d;:]*m/g;
// Latin, general punctuation, arrows, box drawing, geometric shapes: one cell each, none of them combining or an emoji
const others = /[^\u0020-\u007e\u00a1-\u00ac\u00ae-\u02ff\u2010-\u2027\u2030-\u205e\u2190-\u2193\u2500-\u25fc]/;
let full;

/** The width of a text that needs no tables, or null for one that does. */
export function measurePlain(text, options) {
  if (options !== undefined && (options.ambiguousIsNarrow === false || options.countAnsiEscapeCodes === true))
    return null;
  const bare = text.includes('\u001b') ? text.replace(colours, '') : text;
  return others.test(bare) ? null : bare.length;
}

export default function stringWidth(text, options) {
  if (typeof text !== 'string' || text.length === 0) return 0;
  const width = measurePlain(text, options);
  if (width !== null) return width;
  full ??= require('string-width').default;
  return full(text, options);
}
