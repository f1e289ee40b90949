import { escapeFormat, type TmuxCommand, type TmuxTransport } from '@swarm-tui/core';
import { bindMouse } from './key-tables.ts';
import { uiOptions } from './options.ts';
import { toSequence, when } from './tmux-sequence.ts';

/** The session whose keys are watched. */
export interface WatchedSession {
  readonly sessionId: string;
  /** Its key table. */
  readonly table: string;
  /** From `listWatchable`. */
  readonly people: readonly string[];
}

/** The clients whose next key tmux can tell of. None in tmux 3.2, which cannot pass on a key that it has caught. */
export async function listWatchable(transport: TmuxTransport, sessionId: string): Promise<readonly string[]> {
  const format = '#{?#{m:3.2*,#{version}},1,#{client_control_mode}} #{client_name}';
  const clients = await transport.run(['list-clients', '-t', sessionId, '-F', format]);
  return clients.filter((line) => line.startsWith('0 ')).map((line) => line.slice(2));
}

/** From here on tmux knows whether somebody types. Each key still goes to the list. */
export function beginWatch({ sessionId, table, people }: WatchedSession): readonly TmuxCommand[] {
  return [['set-option', '-t', sessionId, uiOptions.typed, ''], ...people.map(toTable(watchTable(table)))];
}

/** Ends a watch that nobody's key has ended. */
export function endWatch({ table, people }: WatchedSession): readonly TmuxCommand[] {
  return people.map(toTable(table));
}

/** Runs commands in one go, unless a key was typed since the watch began. They answer nothing, and their failure is not told. */
export function unlessTyped(session: WatchedSession, commands: readonly TmuxCommand[]): TmuxCommand {
  // by itself, not as a part of the command that waits for it: each of its commands would answer for another
  const guarded = [when(typed, [], [...commands, ...endWatch(session)])];
  return ['run-shell', '-b', '-C', '-t', `${session.sessionId}:`, escapeFormat(toSequence(guarded))];
}

/** Whether a key was typed since the watch began: `1`. */
const typed = `#{${uiOptions.typed}}`;

/** Asks it. Fails when the pane is gone. */
export function askTyped(paneId: string): TmuxCommand {
  return ['display-message', '-p', '-t', paneId, typed];
}

/** What keys do while they are watched: what they do in the list, whatever pane has the keyboard by then. */
export function bindWatch(spec: {
  readonly sessionId: string;
  readonly table: string;
  readonly listPaneId: string;
  readonly leader: string | null;
}): readonly TmuxCommand[] {
  const table = watchTable(spec.table);
  const note: TmuxCommand = ['set-option', '-t', spec.sessionId, uiOptions.typed, '1'];
  const pass = when('#{mouse_x}#{mouse_y}', [['send-keys', '-M']], [['send-keys', '-t', spec.listPaneId]]);
  const bind = (key: string, commands: readonly TmuxCommand[]): TmuxCommand => [
    'bind-key',
    '-T',
    table,
    key,
    toSequence(commands),
  ];
  const leader =
    spec.leader === null ? [] : [bind(spec.leader, [note, ['switch-client', '-T', `${spec.table}-leader`]])];
  return [...bindMouse(table), bind('Any', [note, pass]), ...leader];
}

function watchTable(table: string): string {
  return `${table}-watch`;
}

function toTable(table: string): (client: string) => TmuxCommand {
  return (client) => ['switch-client', '-c', client, '-T', table];
}
