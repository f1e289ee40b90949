/** What `sanitizeText` makes of newlines and tabs. */
export interface SanitizeOptions {
  /** `mark` shows them as U+FFFD, `space` as one blank each, `keep` leaves them. @default 'mark' */
  readonly whitespace?: 'mark' | 'space' | 'keep' | undefined;
}

const replacement = '\uFFFD';
const plainAscii = /^[\x20-\x7e]*$/;

// Everything that moves the cursor, reorders text or takes no cell. The two emoji variation selectors stay: they are
// default-ignorable as well, but terminals need them to choose a glyph and they hide nothing.
const unsafe = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}[\p{Default_Ignorable_Code_Point}--[\uFE0E\uFE0F]]]/gv;
const unsafeButLines = /[[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}[\p{Default_Ignorable_Code_Point}--[\uFE0E\uFE0F]]]--[\n\t]]/gv;
const lineWhitespace = /\r\n|[\n\t\r]/g;

/**
 * Text from agents and other outsiders as it may reach a terminal: control, bidi and zero-width characters become
 * U+FFFD, and nothing else changes.
 */
export function sanitizeText(text: string, { whitespace = 'mark' }: SanitizeOptions = {}): string {
  if (plainAscii.test(text)) return text;
  if (whitespace === 'keep') return text.replace(/\r\n/g, '\n').replace(unsafeButLines, replacement);
  const joined = whitespace === 'space' ? text.replace(lineWhitespace, ' ') : text;
  return joined.replace(unsafe, replacement);
}
