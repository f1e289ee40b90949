/* oxlint-disable no-control-regex -- escape sequences are what this file reads */
import { sanitizeText } from './sanitize.ts';

// SGR, any other complete CSI, strings (OSC, DCS, SOS, PM, APC) up to their end, other escapes, the text between.
const pieces =
  /(\x1b\[[\d;:]{0,64}m)|\x1b\[[0-?]*[ -/]*[@-~]|\x1b[\]PX^_][^\x07\x1b]*(?:\x07|\x1b\\|$)|\x1b[ -/]*[0-~]|([^\x1b]+)|\x1b/g;

/**
 * One line of a captured screen with its colours: of all escape sequences only SGR passes, text is sanitised, and
 * a tab becomes one blank. The caller resets the colours at the end of the line.
 */
export function keepColours(line: string): string {
  if (!line.includes('\x1b')) return sanitizeText(line, { whitespace: 'space' });
  return line.replace(pieces, (_all, sgr?: string, text?: string) => {
    if (sgr !== undefined) return sgr;
    return text === undefined ? '' : sanitizeText(text, { whitespace: 'space' });
  });
}
