import type { CallOptions } from '../call-options.ts';
import { RuntimeError } from '../errors.ts';
import type { TmuxTransport } from './tmux-transport.ts';

/**
 * A pane: an id (`%3`), the active pane of a window (`@2`) or of a session (`$1`, or its exact name), or a place in a
 * session, where window and pane are ids or positions counted from 0 whatever `base-index` says.
 */
export type PaneTarget = string | PanePlace;

/** A place in a session, by ids or positions. */
export interface PanePlace {
  readonly session: string;
  /** `@n`, or a position. @default the session's current window */
  readonly window?: string | number | undefined;
  /** `%n`, or a position. @default the window's active pane */
  readonly pane?: string | number | undefined;
}

/** A window: an id (`@2`), the current one of a session (`$1`, or its exact name), or a place in a session. */
export type WindowTarget = string | Omit<PanePlace, 'pane'>;

/** `-t` for commands that want a session: its id, or its exact name. */
export function sessionTarget(session: string): string {
  return isId(session, '$') ? session : `=${session}`;
}

/** `-t` for commands that want a pane or window, where the target can be told without asking tmux. */
function plainTarget(target: string): string {
  return isId(target, '%') || isId(target, '@') ? target : `${sessionTarget(target)}:`;
}

/** `-t` for commands that want a pane. Asks tmux only when the target is a position. */
export async function paneTarget(transport: TmuxTransport, target: PaneTarget, options?: CallOptions): Promise<string> {
  if (typeof target === 'string') return plainTarget(target);
  const { session, window, pane } = target;
  const paneWord = pane === undefined ? undefined : String(pane);
  if (paneWord !== undefined && isId(paneWord, '%')) return paneWord;
  if (window === undefined && paneWord === undefined) return plainTarget(session);
  const found = await findPlace(transport, { session, window, pane }, options);
  return paneWord === undefined ? found.windowId : found.paneId;
}

/** `-t` for commands that want a window. Asks tmux only when the target is a position. */
export async function windowTarget(
  transport: TmuxTransport,
  target: WindowTarget,
  options?: CallOptions,
): Promise<string> {
  if (typeof target === 'string') return plainTarget(target);
  const { session, window } = target;
  if (window === undefined) return plainTarget(session);
  if (isId(String(window), '@')) return String(window);
  return (await findPlace(transport, { session, window }, options)).windowId;
}

interface Place {
  readonly windowId: string;
  readonly paneId: string;
}

async function findPlace(transport: TmuxTransport, place: PanePlace, options?: CallOptions): Promise<Place> {
  const scope =
    place.window === undefined
      ? ['-t', plainTarget(place.session)]
      : isId(String(place.window), '@')
        ? ['-t', String(place.window)]
        : ['-s', '-t', `${sessionTarget(place.session)}:`];
  // tmux lists windows and panes in the order of their indexes, whatever the first index is
  const lines = await transport.run(['list-panes', ...scope, '-F', '#{window_id} #{pane_id}'], options);
  const panes = lines.map((line) => line.split(' ')).map(([windowId = '', paneId = '']) => ({ windowId, paneId }));
  const windows = [...new Set(panes.map(({ windowId }) => windowId))];
  const windowId = scope[0] === '-s' ? windows[toPosition(place.window ?? 0)] : windows[0];
  const found = panes.filter((pane) => pane.windowId === windowId)[toPosition(place.pane ?? 0)];
  if (found) return found;
  throw new RuntimeError('target-not-found', `Session ${place.session} has no pane ${describePlace(place)}`);
}

function describePlace({ window = '-', pane = '-' }: PanePlace): string {
  return `at window ${window}, pane ${pane}`;
}

function toPosition(word: string | number): number {
  if (/^\d{1,5}$/.test(String(word))) return Number(word);
  throw new RuntimeError('invalid-input', `"${word}" is neither a tmux id nor a position counted from 0`);
}

function isId(word: string, sigil: string): boolean {
  return word.startsWith(sigil) && /^\d+$/.test(word.slice(1));
}
