const tab = /[\t\n\r\v\f]+/gu;
// Controls, bidi marks and isolates, zero-width characters, the soft hyphen, line separators, lone surrogates.
const unsafe =
  /[\u0000-\u001f\u007f-\u009f\u00ad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ufff9-\ufffb]|\p{Surrogate}/gu;

/** A text from outside on one line: what a terminal or a reader could be misled by is shown as `�` (screens.md, section 4). */
export function cleanText(text: string): string {
  return text.replace(tab, ' ').replace(unsafe, '\ufffd');
}

/** The same for an agent's name: at most 64 graphemes are ever looked at. */
export function cleanName(name: string): string {
  const cleaned = cleanText(name);
  if (cleaned.length <= 64) return cleaned;
  const parts = Array.from(new Intl.Segmenter().segment(cleaned), ({ segment }) => segment);
  return parts.length <= 64 ? cleaned : `${parts.slice(0, 63).join('')}…`;
}
