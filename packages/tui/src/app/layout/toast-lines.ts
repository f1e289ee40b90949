import { type AppState, shownToast } from '../state/app-state.ts';
import type { GlyphSet } from '../theme/glyphs.ts';
import { cleanText } from './clean-text.ts';
import { wrapText } from './details-lines.ts';
import { blank, type Line, lineWidth, span, spread } from './line.ts';

/** Lines that one toast takes at most; `:notices` shows the rest. */
const MOST_LINES = 3;

interface ToastLook {
  readonly glyphs: GlyphSet;
  readonly width: number;
}

/** The lines above the hints: what there is to tell, errors first, else what `u` takes back and for how long. */
export function toastLines(state: AppState, { glyphs, width }: ToastLook): readonly Line[] {
  const toast = shownToast(state.toasts);
  if (toast === undefined) return undoLines(state, width);
  const isError = toast.kind === 'error';
  const lead: Line = isError ? [span(` ${glyphs.of.error} `, 'danger')] : [blank(1)];
  const right = isError ? hintsFor(state.toasts.length - 1, width) : [];
  const room = width - lineWidth(lead) - 1 - (isError ? lineWidth(right) + 2 : 0);
  // The quick prompt stays low: the row it is about must be in sight.
  const most = state.sheet?.kind === 'prompt' ? 1 : MOST_LINES;
  const told = wrapped(toast.text, Math.max(8, room), most).map((part, index) =>
    index === 0
      ? spread([...lead, span(part)], right, { width })
      : spread([blank(lineWidth(lead)), span(part)], [], { width }),
  );
  // An error stays, an undo does not: it must be seen while it can be taken.
  return isError && state.sheet === null ? [...told, ...undoLines(state, width)] : told;
}

function hintsFor(others: number, width: number): Line {
  const esc = [span('Esc', 'key'), span(' hide', 'dim')];
  if (others === 0 || width < 60) return esc;
  return [span(`${others} more `, 'dim'), span(':notices', 'key'), blank(2), ...esc];
}

// What is too long goes on in the last line, which is cut where it is drawn.
function wrapped(text: string, room: number, most: number): readonly string[] {
  const parts = wrapText(cleanText(text), room, most + 1);
  return parts.length <= most ? parts : [...parts.slice(0, most - 1), parts.slice(most - 1).join(' ')];
}

function undoLines({ undo, now }: AppState, width: number): readonly Line[] {
  if (undo === null) return [];
  const left = Math.max(0, Math.ceil((undo.until - now) / 1000));
  const right: Line = [span('u', 'key'), span(` undo ${left}s`, 'dim')];
  return [spread([span(` ${cleanText(undo.text)}`)], right, { width })];
}
