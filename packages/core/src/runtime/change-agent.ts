import type { TmuxCommand } from '../tmux/tmux-transport.ts';
import { toMetadataCommands } from './spawn-commands.ts';
import type { TrackedAgent } from './tracked-agent.ts';

/** Gives an agent a new name in its metadata, and its session the name that goes with it. */
export function renameCommands(agent: TrackedAgent, sessionName: string): readonly TmuxCommand[] {
  const metadata = toMetadataCommands(agent.metadata, { window: agent.windowId, session: `${agent.sessionId}:` });
  if (sessionName === agent.sessionName) return metadata;
  return [...metadata, ['rename-session', '-t', agent.sessionId, '--', sessionName]];
}

/** Makes a session for a window that only the hidden session shows. */
export function adoptCommands(agent: TrackedAgent, sessionName: string): readonly TmuxCommand[] {
  const { columns, rows } = agent.metadata.config.size;
  const session = `=${sessionName}:`;
  return [
    // a session cannot be made without a window of its own; `true` ends at once, and the window goes when ours is in
    [
      'new-session',
      '-d',
      '-E',
      '-s',
      sessionName,
      '-n',
      'adopting',
      '-x',
      String(columns),
      '-y',
      String(rows),
      '--',
      '/bin/sh',
      '-c',
      ':',
    ],
    ['link-window', '-s', agent.windowId, '-t', session],
    ['kill-window', '-t', `${session}adopting`],
    ...toMetadataCommands(agent.metadata, { window: agent.windowId, session }),
  ];
}
