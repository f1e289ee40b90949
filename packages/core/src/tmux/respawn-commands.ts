import { launchArguments, type PaneLaunch } from './launch-arguments.ts';
import type { TmuxCommand } from './tmux-transport.ts';

const guardOption = '@swarm_guard';

/**
 * `respawnPane` where tmux alone is at work, in bindings, hooks and scripts: it finds the control clients by itself. Ends what
 * runs in the pane. Without a command the pane's own is started again. Formats in it are expanded as it runs.
 */
export function respawnCommands(paneId: string, launch: PaneLaunch = {}): readonly TmuxCommand[] {
  // one that left meanwhile fails by itself alone; `:` and `;` would end a modifier, so the text comes from an option
  const switches = ['off', 'on']
    .map((to) => `if-shell -F 1 { refresh-client -t \\1 -A '${paneId}:${to}' } ; `)
    .join('');
  const controlling = '#{s|/[^,]*,?||:session_attached_list}';
  return [
    ['set-option', '-p', '-t', paneId, guardOption, switches],
    ['run-shell', '-C', '-t', paneId, `#{s|(client-[0-9]+),?|#{${guardOption}}|:${controlling}}`],
    ['respawn-pane', '-k', '-t', paneId, ...launchArguments(launch)],
  ];
}
