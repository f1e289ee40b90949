import { escapeFormat, quoteTmux, respawnCommands, type TmuxCommand } from '@swarm-tui/core';
import { claimFormat } from './find-session.ts';
import { endCommand, listExit, uiOptions } from '../workspace/options.ts';
import { toSequence } from '../workspace/tmux-sequence.ts';
import { type Environment, toPaneEnvironment } from './ui-environment.ts';

/** The list's process, as tmux is to start it. */
export interface ListProcess {
  readonly command: readonly string[];
  readonly env: Environment;
  readonly directory: string;
}

/** The tmux session of the UI, as it is made. */
export interface UiSessionSpec extends ListProcess {
  readonly name: string;
  readonly columns: number;
  readonly rows: number;
  readonly fleet: string;
  /** Set where the person is inside tmux already: the client to move, and the session it goes back to. */
  readonly visitor: { readonly client: string; readonly sessionId: string } | null;
  readonly canSuspend: boolean;
}

/**
 * Text for `tmux source-file -` that opens a UI session. It travels over stdin, since the environment may hold secrets.
 * One command list: when the name is taken, nothing of it happens.
 */
export function createSessionScript(spec: UiSessionSpec): string {
  const target = `=${spec.name}:`;
  return toScript([
    ...(spec.visitor === null ? ownServer : []),
    newSession(spec),
    ...sessionOptions(spec, target),
    ...windowOptions.map(([name, value]): TmuxCommand => ['set-option', '-w', '-t', target, name, value]),
    ...listPane(target),
    ...(spec.visitor === null ? [] : [['switch-client', '-c', spec.visitor.client, '-t', target]]),
  ]);
}

/** A session of the UI that is there, and the list that begins in it. */
export interface TakeOverSpec extends ListProcess {
  readonly sessionId: string;
  readonly listPaneId: string;
  /** What the session's claim was when it was looked at, and what it is to be. */
  readonly claim: { readonly seen: string; readonly own: string };
  readonly visitor: UiSessionSpec['visitor'];
}

/**
 * Script that puts a fresh list into a UI session that nobody looks at any more; its splits stay. When another start was
 * quicker, it fails with "can't find" and nothing of it happens.
 */
export function takeOverScript(spec: TakeOverSpec): string {
  const { sessionId, listPaneId, visitor, claim } = spec;
  const isFree = `#{==:${claimFormat},${escapeFormat(claim.seen)}}`;
  const takeOver: readonly TmuxCommand[] = [
    ['set-option', '-t', sessionId, uiOptions.claim, claim.own],
    ...respawnCommands(listPaneId, {
      command: spec.command,
      cwd: spec.directory,
      env: Object.fromEntries(toPaneEnvironment(spec.env)),
    }),
    ['set-option', '-t', sessionId, uiOptions.origin, visitor?.sessionId ?? ''],
    ['select-window', '-t', listPaneId],
    ['select-pane', '-t', listPaneId],
    ...(visitor === null
      ? []
      : ([['switch-client', '-c', visitor.client, '-t', sessionId]] satisfies readonly TmuxCommand[])),
  ];
  const lost: TmuxCommand = ['has-session', '-t', '=swarm-taken-by-another:'];
  return toScript([['if-shell', '-F', '-t', listPaneId, isFree, toSequence(takeOver), toSequence([lost])]]);
}

/** Set on a server that is ours alone. No prefix: the leader is the one key that agents do not get. */
const ownServer: readonly TmuxCommand[] = [
  ['set-option', '-s', 'escape-time', '10'],
  ['set-option', '-s', 'focus-events', 'on'],
  ['set-option', '-s', 'set-clipboard', 'on'],
  ['set-option', '-s', 'exit-empty', 'on'],
  ['set-option', '-g', 'prefix', 'None'],
  ['set-option', '-g', 'prefix2', 'None'],
  ['set-option', '-g', 'history-limit', '50000'],
  ['set-option', '-g', 'default-terminal', 'screen-256color'],
];

function newSession(spec: UiSessionSpec): TmuxCommand {
  const size = ['-x', String(spec.columns), '-y', String(spec.rows)];
  const start = ['new-session', '-d', '-s', spec.name, '-n', 'swarm', ...size, '-c', escapeFormat(spec.directory)];
  const print = ['-P', '-F', '#{session_id} #{pane_id} #{version}'];
  return [...start, ...environmentFlags(spec.env), ...print, '--', ...spec.command];
}

function environmentFlags(env: Environment): readonly string[] {
  return toPaneEnvironment(env).flatMap(([name, value]) => ['-e', `${name}=${value}`]);
}

function sessionOptions(spec: UiSessionSpec, target: string): readonly TmuxCommand[] {
  const isVisit = spec.visitor !== null;
  const options: readonly (readonly [string, string])[] = [
    [uiOptions.session, '1'],
    [uiOptions.fleet, spec.fleet],
    [uiOptions.origin, spec.visitor?.sessionId ?? ''],
    [uiOptions.suspend, spec.canSuspend ? '1' : ''],
    ['status', 'off'],
    ['status-position', 'bottom'],
    ['mouse', 'on'],
    // whatever the person set for all sessions, this one must outlive its clients
    ['destroy-unattached', 'off'],
    ['detach-on-destroy', isVisit ? 'off' : 'on'],
  ];
  return [
    ...options.map(([name, value]): TmuxCommand => ['set-option', '-t', target, name, value]),
    ['set-option', '-F', '-t', target, uiOptions.list, '#{pane_id}'],
  ];
}

const windowOptions: readonly (readonly [string, string])[] = [
  [uiOptions.window, '1'],
  ['automatic-rename', 'off'],
  ['allow-rename', 'off'],
  ['synchronize-panes', 'off'],
  ['window-size', 'latest'],
  ['monitor-activity', 'off'],
  ['monitor-bell', 'off'],
  ['monitor-silence', '0'],
];

/**
 * A list that was killed comes back by itself, a list that was left takes the session with it. No process is forked.
 * Names its pane outright: in a hook the formats speak of the pane with the keyboard.
 */
function whenListDied(): TmuxCommand {
  const status = (code: number) => `#{==:#{pane_dead_status},${code}}`;
  const isKilled = `#{||:#{==:#{pane_dead_status},},${status(listExit.restart)}}`;
  // run-shell expands what it runs; the guard is to be expanded by itself
  const again = escapeFormat(toSequence(respawnCommands(here.pane)));
  const restart: TmuxCommand = ['run-shell', '-d', '0.2', '-C', again];
  const end: TmuxCommand = [
    'if-shell',
    '-F',
    '-t',
    here.pane,
    status(listExit.left),
    toSequence([endCommand(here.session, here.pane)]),
  ];
  return ['if-shell', '-F', '-t', here.pane, isKilled, toSequence([restart]), toSequence([end])];
}

/** Stand for ids that only tmux knows when the script runs. */
const here = { pane: '<pane>', session: '<session>' } as const;

function withIds(text: string): string {
  return escapeFormat(text).replaceAll(here.pane, '#{pane_id}').replaceAll(here.session, '#{session_id}');
}

/**
 * tmux built with libutempter (Debian, Ubuntu, Fedora) loses the end of a pane's process when its SIGCHLD comes while the
 * helper of that library runs, and then never tells that the pane died. Any other child makes it look again; the list's
 * control connection, which ends with it, tells when.
 */
const lookAgain: TmuxCommand = ['run-shell', '-b', '-d', '0.3', ':'];

function listPane(target: string): readonly TmuxCommand[] {
  const hook = withIds(toSequence([['set-hook', '-p', '-t', here.pane, 'pane-died', toSequence([whenListDied()])]]));
  return [
    ['set-option', '-p', '-t', target, uiOptions.pane, 'list'],
    ['set-option', '-p', '-t', target, 'remain-on-exit', 'on'],
    ['run-shell', '-C', '-t', target, hook],
    ['set-hook', '-t', target, 'client-detached', toSequence([lookAgain])],
  ];
}

function toScript(commands: readonly TmuxCommand[]): string {
  return `${commands.map(quoteTmux).join(' ; ')}\n`;
}
