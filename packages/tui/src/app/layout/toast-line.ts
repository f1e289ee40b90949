import type { AppState } from '../state/app-state.ts';
import type { GlyphSet } from '../theme/glyphs.ts';
import { cleanText } from './clean-text.ts';
import { type Line, span, spread } from './line.ts';

/** The line above the hints: the newest toast, else what `u` takes back and for how long; null when there is neither. */
export function toastLine(state: AppState, { glyphs, width }: { glyphs: GlyphSet; width: number }): Line | null {
  const toast = state.toasts.at(-1);
  const esc: Line = [span('Esc', 'key'), span(' hide', 'dim')];
  if (toast?.kind === 'error') {
    return spread([span(` ${glyphs.of.error} `, 'danger'), span(cleanText(toast.text))], esc, { width });
  }
  if (toast !== undefined) return spread([span(` ${cleanText(toast.text)}`)], [], { width });
  if (state.undo === null) return null;
  const left = Math.max(0, Math.ceil((state.undo.until - state.now) / 1000));
  const right: Line = [span('u', 'key'), span(` undo ${left}s`, 'dim')];
  return spread([span(` ${cleanText(state.undo.text)}`)], right, { width });
}
