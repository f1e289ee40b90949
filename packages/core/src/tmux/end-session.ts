import type { CallOptions } from '../call-options.ts';
import { parseRecords, recordFormat } from './format.ts';
import { sessionTarget } from './tmux-target.ts';
import type { TmuxCommand, TmuxTransport } from './tmux-transport.ts';

const variables = ['session_id', 'session_name', 'window_id'] as const;

/**
 * Ends a session with its windows. `kill-session` alone would leave the windows that are linked into the hidden session
 * alive there, so those that no third session shows are removed by id.
 */
export async function endSession(transport: TmuxTransport, session: string, options?: CallOptions): Promise<void> {
  const target = sessionTarget(session);
  if (transport.session !== undefined) {
    const lines = await transport.run(['list-windows', '-a', '-F', recordFormat(variables)], options);
    const links = parseRecords(variables, lines);
    const isMine = (link: (typeof links)[number]): boolean =>
      session === link.session_id || session === link.session_name;
    const others = new Set(
      links.filter((link) => !isMine(link) && link.session_name !== transport.session).map((link) => link.window_id),
    );
    const mine = [...new Set(links.filter(isMine).map((link) => link.window_id))];
    const kills = mine.filter((id) => !others.has(id)).map((id): TmuxCommand => ['kill-window', '-t', id]);
    await transport.settleAll(kills, options);
    // the session is gone with its last window; asking again must not be an error
    if (mine.length > 0 && mine.length === kills.length) return;
  }
  await transport.run(['kill-session', '-t', target], options);
}
