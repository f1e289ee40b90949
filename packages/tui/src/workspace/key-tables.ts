import type { TmuxCommand } from '@swarm-tui/core';
import { encodeLeader, type LeaderEntry, type PaneAction } from '../app/workspace-port.ts';
import { toTmuxKey } from './key-names.ts';
import { uiOptions } from './options.ts';
import { toSequence, when } from './tmux-sequence.ts';

/** What the key tables of one UI session are made of. */
export interface KeySpec {
  /** Table of the session; the one behind the leader is `<table>-leader`. */
  readonly table: string;
  readonly listPaneId: string;
  /** tmux names; null leaves the key to the agents. */
  readonly leader: string | null;
  readonly back: string | null;
  /** What Ctrl+Z does in the list; null leaves it to the app. */
  readonly suspend: TmuxCommand | null;
  readonly entries: readonly LeaderEntry[];
}

/** Commands that fill both tables of a session from nothing. Bindings copied from the person's root table come between. */
export function bindKeys(spec: KeySpec): readonly TmuxCommand[] {
  const leaderTable = `${spec.table}-leader`;
  const back = backToList(spec.listPaneId);
  const inList = `#{==:#{pane_id},${spec.listPaneId}}`;
  const bindings: TmuxCommand[] = [];
  if (spec.leader !== null) bindings.push(bind(spec.table, spec.leader, [['switch-client', '-T', leaderTable]]));
  if (spec.back !== null) bindings.push(bind(spec.table, spec.back, [when(inList, [['send-keys', spec.back]], back)]));
  if (spec.suspend !== null)
    bindings.push(bind(spec.table, 'C-z', [when(inList, [spec.suspend], [['send-keys', 'C-z']])]));
  return [...bindings, ...(spec.leader === null ? [] : bindLeaderTable(spec, leaderTable, spec.leader))];
}

function bindLeaderTable(spec: KeySpec, table: string, leader: string): readonly TmuxCommand[] {
  const always = [bind(table, leader, [['send-keys', leader]]), bind(table, 'd', backToList(spec.listPaneId))];
  const entries = spec.entries.map((entry) => {
    const repeats = entry.action.kind === 'pane' && entry.action.action.startsWith('resize-');
    return bind(
      table,
      entry.key === 'Leader' ? leader : toTmuxKey(entry.key),
      entryCommands(entry, spec),
      repeats ? ['-r'] : [],
    );
  });
  return [...always, ...entries];
}

function entryCommands(entry: LeaderEntry, spec: KeySpec): readonly TmuxCommand[] {
  const native = entry.action.kind === 'pane' ? paneCommands(entry.action.action, spec) : null;
  return native ?? [sendToList(entry.key, spec.listPaneId)];
}

/** The pane that the key was pressed in is filled in by tmux; `send-keys` runs inside the server, nothing is forked. */
function sendToList(key: string, listPaneId: string): TmuxCommand {
  const sequence = encodeLeader(key, '#{s/^.//:pane_id}');
  return [
    'run-shell',
    '-C',
    toSequence([
      ['copy-mode', '-q', '-t', listPaneId],
      ['send-keys', '-t', listPaneId, '-l', sequence],
    ]),
  ];
}

/** Also the way out when the list's process is gone for good: its pane is started again. */
function backToList(listPaneId: string): readonly TmuxCommand[] {
  return [
    ['if-shell', '-F', '-t', listPaneId, '#{pane_dead}', toSequence([['respawn-pane', '-k', '-t', listPaneId]])],
    ['select-window', '-t', listPaneId],
    ['select-pane', '-t', listPaneId],
  ];
}

const isOurs = `#{m/r:^(agent|shell)$,#{${uiOptions.pane}}}`;
const isAgent = `#{==:#{${uiOptions.pane}},agent}`;
// an attach client shows no scrollback of its own: the tmux inside has it, and a wheel turn opens its copy mode
const wheelUp: TmuxCommand = ['send-keys', '-l', '\u001b[<64;2;2M'];

/** What tmux does by itself; null where the app must compute it and gets the key instead. */
function paneCommands(action: PaneAction, spec: KeySpec): readonly TmuxCommand[] | null {
  const commands: Readonly<Record<PaneAction, readonly TmuxCommand[] | null>> = {
    'back-to-list': backToList(spec.listPaneId),
    'focus-left': [['select-pane', '-L']],
    'focus-down': [['select-pane', '-D']],
    'focus-up': [['select-pane', '-U']],
    'focus-right': [['select-pane', '-R']],
    'resize-left': [['resize-pane', '-L', '4']],
    'resize-down': [['resize-pane', '-D', '2']],
    'resize-up': [['resize-pane', '-U', '2']],
    'resize-right': [['resize-pane', '-R', '4']],
    zoom: [['resize-pane', '-Z']],
    close: [when(isOurs, [['kill-pane']])],
    'copy-mode': [when(isAgent, [wheelUp], [['copy-mode']])],
    'search-scrollback': [
      when(
        isAgent,
        [wheelUp],
        [['copy-mode'], ['command-prompt', '-p', 'search up', 'send-keys -X search-backward "%%"']],
      ),
    ],
    'send-leader': spec.leader === null ? [] : [['send-keys', spec.leader]],
    'even-out': null,
    'next-layout': null,
  };
  return commands[action];
}

function bind(
  table: string,
  key: string,
  commands: readonly TmuxCommand[],
  flags: readonly string[] = [],
): TmuxCommand {
  return ['bind-key', ...flags, '-T', table, key, toSequence(commands)];
}

/** Commands that leave no trace of a session's tables. */
export function unbindKeys(table: string): readonly TmuxCommand[] {
  return [
    ['unbind-key', '-a', '-q', '-T', table],
    ['unbind-key', '-a', '-q', '-T', `${table}-leader`],
  ];
}

const mouseKey = /^(?:[CMS]-)*(?:Mouse|Wheel|SecondClick|DoubleClick|TripleClick)/;

/**
 * The mouse bindings among the lines of `list-keys -T root`, for another table. The text after the key is tmux's own
 * quoting and goes back into its parser as it came.
 */
export function copyMouseBindings(rootTable: readonly string[], table: string): readonly TmuxCommand[] {
  return rootTable.flatMap((line) => {
    const match = /^bind-key\s+(-r\s+)?-T root\s+(\S+)\s+(.*)$/su.exec(line);
    const [, repeat = '', key = '', command = ''] = match ?? [];
    if (!mouseKey.test(key)) return [];
    return [['if-shell', '-F', '1', `bind-key ${repeat}-T ${table} ${key} ${command}`]];
  });
}

/** Keys of a table that hold a binding, by their tmux names. */
export function boundKeys(lines: readonly string[]): readonly string[] {
  return lines.flatMap(
    (line) => /^bind-key\s+(?:-r\s+)?-T \S+\s+(\S+)/u.exec(line)?.[1]?.replace(/^\\(?=.$)/u, '') ?? [],
  );
}
