import { randomUUID } from 'node:crypto';
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { quoteTmux } from '../tmux/quote.ts';
import { lookBackKeys, searchPrompt } from '../tmux/look-back.ts';
import { draftSessionPrefix, hiddenSession } from './session-name.ts';

/**
 * Configuration of the tmux server that agents live on. The first block is seed `agent-container.md`; the rest makes the
 * server independent of a person's own configuration, and of our being there.
 */
export const agentsTmuxConf = `# Written by swarm-tui; changes are overwritten. Server: tmux -L <socket>, one session per agent.
set -g history-limit 100000
set -g mouse on
set -g terminal-overrides 'xterm*:smcup@:rmcup@'
set -g base-index 1
setw -g mode-keys vi
unbind -q c
unbind -q &
unbind -q s
set -g status off

# no key is tmux's own but the one that leads out, at any depth of nesting; no menu offers to split or kill
set -g prefix None
set -g prefix2 None
bind -n C-q detach-client
unbind -qn MouseDown3Pane
unbind -qn M-MouseDown3Pane
bind -n ${lookBackKeys.scroll} copy-mode
bind -n ${lookBackKeys.search} copy-mode \\; ${quoteTmux(searchPrompt())}
bind -T copy-mode-vi Escape if -F '#{selection_present}' 'send-keys -X clear-selection' 'send-keys -X cancel'
set -s escape-time 10
set -s extended-keys on
set -s focus-events on
set -s set-clipboard external
set -s terminal-features[100] '*:RGB'
set -s terminal-features[101] '*:extkeys'

# an agent that ended stays readable. tmux 3.3a dies where all panes of a window close at once before a control client,
# which this prevents also where a person split one. A window is as wide as its last viewer, and 160x50 when nobody looks
setw -g remain-on-exit on
setw -gq remain-on-exit-format ''
setw -g window-size latest
setw -g aggressive-resize off
set -g default-size 160x50
setw -g automatic-rename off
setw -g allow-rename off
setw -g monitor-activity off
setw -g monitor-silence 0
set -g visual-bell off
set -g detach-on-destroy on
set -g destroy-unattached off
set -s exit-unattached off

# agents get the environment of whoever asked for them, and nothing of this server's or a viewer's
set -g default-shell /bin/sh
set -g default-command ''
set -g default-terminal screen-256color
set -g update-environment ''
# tmux keeps the commands it was given for show-messages, and with them what is in -e
set -s message-limit 0
setw -g pane-base-index 0
set -g renumber-windows off
set -g set-titles off
set -g lock-after-time 0
set -g lock-command ''

# what an agent writes is heard from its first byte: linked before tmux reads anything from it
set-hook -g after-new-session "if-shell -F '#{m:${draftSessionPrefix}*,#{session_name}}' 'link-window -d -t =${hiddenSession}:'"

# tmux tells a control client of every death but a pane's; a rename is the cheapest notice that reaches all of them
set-hook -g pane-died 'run-shell -bC "rename-window -t =${hiddenSession}: swarm"'
`;

/** Where the configuration is kept. */
export function toAgentsTmuxConfPath(directory: string): string {
  return join(directory, 'agents.tmux.conf');
}

/** Writes the configuration when it is missing or differs, in one step. */
export async function writeAgentsTmuxConf(directory: string): Promise<void> {
  const path = toAgentsTmuxConfPath(directory);
  const present = await readFile(path, 'utf8').catch(() => undefined);
  if (present === agentsTmuxConf) return;
  await mkdir(directory, { recursive: true, mode: 0o700 });
  const draft = `${path}.${process.pid}.${randomUUID()}.new`;
  await writeFile(draft, agentsTmuxConf, { mode: 0o600 });
  await rename(draft, path);
}
