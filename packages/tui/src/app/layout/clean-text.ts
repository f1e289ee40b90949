import { sanitizeText } from '@swarm-tui/hub/client';

/** A text from outside on one line: what a terminal or a reader could be misled by is shown as `�` (screens.md, section 4). */
export function cleanText(text: string): string {
  return sanitizeText(text, { whitespace: 'space' });
}

const segmenter = new Intl.Segmenter(undefined, { granularity: 'grapheme' });
const MAX_GRAPHEMES = 64;

/** The same for an agent's name: at most 64 graphemes are shown. */
export function cleanName(name: string): string {
  const cleaned = cleanText(name);
  if (cleaned.length <= MAX_GRAPHEMES) return cleaned;
  const parts = Array.from(segmenter.segment(cleaned.slice(0, 4096)), ({ segment }) => segment);
  return parts.length <= MAX_GRAPHEMES ? cleaned : `${parts.slice(0, MAX_GRAPHEMES - 1).join('')}…`;
}
