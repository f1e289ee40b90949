import type { CallOptions } from '../call-options.ts';
import { valueOf } from './exec-transport.ts';
import { launchArguments, type PaneLaunch, runPrivately } from './launch-arguments.ts';
import type { TmuxCommand, TmuxTransport } from './tmux-transport.ts';

/** What to start in a pane that exists. */
export interface Respawn extends PaneLaunch {
  /** End a program that still runs there. @default false: tmux refuses */
  readonly kill?: boolean | undefined;
  /** Commands for right before it, in the same write. That one of them fails is no failure. */
  readonly before?: readonly TmuxCommand[] | undefined;
}

/** Starts a program in a pane. This and `respawnCommands` alone may send `respawn-pane`: see `toGuard`. */
export async function respawnPane(
  transport: TmuxTransport,
  target: string,
  { kill = false, before = [], ...launch }: Respawn,
  options?: CallOptions,
): Promise<void> {
  const guard = await toGuard(transport, target, options);
  const command = ['respawn-pane', ...(kill ? ['-k'] : []), '-t', target, ...launchArguments(launch)];
  if (transport.kind === 'exec') {
    await transport.settleAll([...before, ...guard], options);
    await runPrivately(transport, command, options);
    return;
  }
  // a control client that left meanwhile needs no guard; only the last one counts
  const last = (await transport.settleAll([...before, ...guard, command], options)).at(-1);
  if (last) valueOf(last);
}

/**
 * tmux 3.3a ends with a segmentation fault, and with it every agent, or swallows the new program's first bytes, when a
 * control client had not been sent all output of the old one: its count of bytes then runs ahead of the new, empty buffer.
 * Switching the pane off and on for each client sets the counts right, and a pipe would have one too.
 */
async function toGuard(
  transport: TmuxTransport,
  target: string,
  options?: CallOptions,
): Promise<readonly TmuxCommand[]> {
  const [[paneId = ''] = [], clients = []] = await transport.runAll(
    [
      ['display-message', '-p', '-t', target, '#{pane_id}'],
      ['list-clients', '-F', '#{client_control_mode} #{client_name}'],
    ],
    options,
  );
  const controlling = clients.filter((line) => line.startsWith('1 ')).map((line) => line.slice(2));
  const switches = controlling.flatMap((client): readonly TmuxCommand[] => [
    ['refresh-client', '-t', client, '-A', `${paneId}:off`],
    ['refresh-client', '-t', client, '-A', `${paneId}:on`],
  ]);
  return [['pipe-pane', '-t', paneId], ...switches];
}
