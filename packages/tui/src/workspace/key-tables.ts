import { respawnCommands, type TmuxCommand } from '@swarm-tui/core';
import { encodeLeader, type LeaderEntry, type PaneAction } from '../app/workspace-port.ts';
import { toTmuxKey } from './key-names.ts';
import { uiOptions } from './options.ts';
import { lookBackCommands } from './pane-actions.ts';
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
  const inList = isList(spec);
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
  const toApp = [sendToList(entry.key, spec.listPaneId)];
  const action = entry.action.kind === 'pane' ? entry.action.action : null;
  const native = action === null ? null : paneCommands(action, spec);
  if (action === null || native === null) return toApp;
  const ofList = whereTheApp(action, isList(spec));
  return ofList === null ? native : [when(ofList, toApp, native)];
}

/** Where tmux would do it to the list itself, and the app does it to the last used pane or says why not; null: nowhere. */
function whereTheApp(action: PaneAction, inList: string): string | null {
  if (action === 'back-to-list' || action === 'send-leader') return null;
  return action.startsWith('resize-') ? `#{&&:${inList},#{==:#{window_panes},1}}` : inList;
}

function isList({ listPaneId }: Pick<KeySpec, 'listPaneId'>): string {
  return `#{==:#{pane_id},${listPaneId}}`;
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
    ['if-shell', '-F', '-t', listPaneId, '#{pane_dead}', toSequence(respawnCommands(listPaneId))],
    ['select-window', '-t', listPaneId],
    ['select-pane', '-t', listPaneId],
  ];
}

const isOurs = `#{m/r:^(agent|shell)$,#{${uiOptions.pane}}}`;

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
    'copy-mode': lookBackCommands(null, 'scroll'),
    'search-scrollback': lookBackCommands(null, 'search'),
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
    ['unbind-key', '-a', '-q', '-T', `${table}-watch`],
  ];
}

/**
 * What the mouse does, as in a tmux without settings: a click brings the keyboard, a divider is dragged, text is dragged
 * over or clicked twice to be copied. No menu: it would offer to kill the list.
 */
export function bindMouse(table: string): readonly TmuxCommand[] {
  const pass: TmuxCommand = ['send-keys', '-M'];
  const hither: TmuxCommand = ['select-pane', '-t', '='];
  const unlessTaken = (commands: readonly TmuxCommand[]): TmuxCommand =>
    when('#{||:#{pane_in_mode},#{mouse_any_flag}}', [pass], commands);
  // a program with the mouse has had these clicks by now, and may have moved the keyboard since
  const copy = (what: string): readonly TmuxCommand[] => [
    [
      'if-shell',
      '-F',
      '-t',
      '=',
      '#{mouse_any_flag}',
      '',
      toSequence([
        hither,
        ['copy-mode', '-H'],
        ['send-keys', '-X', what],
        // seen before it vanishes
        ['run-shell', '-d', '0.3'],
        ['send-keys', '-X', 'copy-pipe-and-cancel'],
      ]),
    ],
  ];
  return [
    bind(table, 'MouseDown1Pane', [hither, pass]),
    bind(table, 'MouseDrag1Pane', [unlessTaken([['copy-mode', '-M']])]),
    bind(table, 'MouseDrag1Border', [['resize-pane', '-M']]),
    bind(table, 'DoubleClick1Pane', copy('select-word')),
    bind(table, 'TripleClick1Pane', copy('select-line')),
    bind(table, 'MouseDown2Pane', [hither, unlessTaken([['paste-buffer', '-p']])]),
    bind(table, 'WheelUpPane', [unlessTaken([['copy-mode', '-e']])]),
  ];
}

/** Keys of a table that hold a binding, by their tmux names. */
export function boundKeys(lines: readonly string[]): readonly string[] {
  return lines.flatMap(
    (line) => /^bind-key\s+(?:-r\s+)?-T \S+\s+(\S+)/u.exec(line)?.[1]?.replace(/^\\(?=.$)/u, '') ?? [],
  );
}
