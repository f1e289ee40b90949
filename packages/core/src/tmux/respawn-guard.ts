import type { CallOptions } from '../call-options.ts';
import type { TmuxCommand, TmuxTransport } from './tmux-transport.ts';

/**
 * Commands to send in one write right before `respawn-pane`. tmux 3.3a ends with a segmentation fault, and with it every
 * agent, or swallows the new program's first bytes, when a control client had not been sent all output of the old one: its
 * count of bytes then runs ahead of the new, empty buffer. Switching the pane off and on for each client sets the counts
 * right, and a pipe would have one too.
 */
export async function toRespawnGuard(
  transport: TmuxTransport,
  paneId: string,
  options?: CallOptions,
): Promise<readonly TmuxCommand[]> {
  const clients = await transport.run(['list-clients', '-F', '#{client_control_mode} #{client_name}'], options);
  const controlling = clients.filter((line) => line.startsWith('1 ')).map((line) => line.slice(2));
  const switches = controlling.flatMap((client): readonly TmuxCommand[] => [
    ['refresh-client', '-t', client, '-A', `${paneId}:off`],
    ['refresh-client', '-t', client, '-A', `${paneId}:on`],
  ]);
  return [['pipe-pane', '-t', paneId], ...switches];
}
