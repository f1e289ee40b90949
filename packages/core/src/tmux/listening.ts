import type { CallOptions } from '../call-options.ts';
import { RuntimeError } from '../errors.ts';
import { valueOf } from './exec-transport.ts';
import { sessionTarget } from './tmux-target.ts';
import type { TmuxCommand, TmuxOutcome, TmuxTransport } from './tmux-transport.ts';

/** Links the pane's window into the hidden session, unless it is there; answers with the pane's id. */
export async function linkForListening(
  transport: TmuxTransport,
  target: string,
  options?: CallOptions,
): Promise<string> {
  const hidden = transport.session;
  if (hidden === undefined) {
    throw new RuntimeError('not-supported', 'Output can be followed over a control-mode connection only');
  }
  const [[place = ''] = [], linked = []] = await transport.runAll(
    [
      ['display-message', '-p', '-t', target, '#{window_id} #{pane_id}'],
      ['list-windows', '-t', sessionTarget(hidden), '-F', '#{window_id}'],
    ],
    options,
  );
  const [windowId = '', paneId = ''] = place.split(' ');
  if (!linked.includes(windowId)) {
    const [outcome] = await transport.settleAll([listenCommand(windowId, hidden)], options);
    if (outcome && !isLinkedMeanwhile(outcome)) valueOf(outcome);
  }
  return paneId;
}

/** Above any index that tmux gives out by itself. */
const firstIndex = 1_000_000;

/**
 * Links a window into the hidden session. Each window has an index of its own there: whoever comes second, in this process
 * or another, is refused ("same index") and the window is not linked twice.
 */
export function listenCommand(windowId: string, hidden: string): TmuxCommand {
  const index = firstIndex + Number(windowId.slice(1));
  return ['link-window', '-d', '-s', windowId, '-t', `${sessionTarget(hidden)}:${index}`];
}

function isLinkedMeanwhile(outcome: TmuxOutcome): boolean {
  const reason: unknown = outcome.status === 'rejected' ? outcome.reason : undefined;
  return reason instanceof RuntimeError && /same index|index in use/.test(reason.message);
}
