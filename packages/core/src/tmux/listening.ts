import type { CallOptions } from '../call-options.ts';
import { RuntimeError } from '../errors.ts';
import { sessionTarget } from './tmux-target.ts';
import type { TmuxTransport } from './tmux-transport.ts';

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
    await transport.run(['link-window', '-d', '-s', windowId, '-t', `${sessionTarget(hidden)}:`], options);
  }
  return paneId;
}
