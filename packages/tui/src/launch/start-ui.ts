import { spawnSync } from 'node:child_process';
import { basename } from 'node:path';
import { findProgram, withoutTmux } from '@swarm-tui/core';
import { requireTerminalType } from './check-terminal-type.ts';
import { diagnoseTmux } from './check-tmux.ts';
import {
  chooseSession,
  clientFormat,
  type FoundSession,
  makeClaim,
  parseSession,
  sessionFormat,
} from './find-session.ts';
import { createSessionScript, takeOverScript, type UiSessionSpec } from './session-script.ts';
import { describeFleet, type Environment } from './ui-environment.ts';

/** How the UI is started. */
export interface StartUiOptions {
  /** Runs in the list's pane. */
  readonly command: readonly string[];
  readonly env: Environment;
  readonly directory: string;
  readonly columns: number;
  readonly rows: number;
}

interface Server {
  /** `['-L', 'swarm-ui']`, or the person's own by `-S`. */
  readonly flags: readonly string[];
  readonly isOurs: boolean;
}

const attempts = 5;

/**
 * Opens the UI in a tmux session of its own and brings this terminal there. Where Node can, the tmux client then takes
 * this process's place, and the call does not return; else it gives the exit code. Throws `LaunchError`.
 */
export function startUi(options: StartUiOptions): number {
  const { server, visitor } = findPlace(options.env);
  if (server.isOurs) requireTerminalType(options.env);
  const canSuspend = server.isOurs && typeof process.execve === 'function';
  for (let attempt = 1; ; attempt++) {
    // mostly there is no UI yet: looking first would cost one more process on the way to the first frame
    const script = planScript(attempt === 1 ? null : server, options, { visitor, canSuspend });
    const opened = tmux([...server.flags, 'start-server', ';', 'source-file', '-'], options.env, script.text);
    if (opened.status === 0) return server.isOurs ? attach(server, script.target, options.env) : 0;
    // the name is taken, or was taken by another start between our look and our try
    if (attempt >= attempts || !/duplicate session|can't find/.test(opened.stderr)) throw diagnoseTmux(opened.stderr);
  }
}

/** Whether there is a tmux to try; which one it is, and whether it will do, shows when it is asked. */
export function hasTmux(env: Environment): boolean {
  return findTmux(env) !== undefined;
}

function planScript(
  server: Server | null,
  options: StartUiOptions,
  { visitor, canSuspend }: Pick<UiSessionSpec, 'visitor' | 'canSuspend'>,
): { readonly text: string; readonly target: string } {
  const fleet = describeFleet(options.env);
  const choice = server === null ? { name: 'swarm' } : look(server, options.env, fleet);
  if ('name' in choice) {
    return {
      text: createSessionScript({ ...options, name: choice.name, fleet, visitor, canSuspend }),
      target: `=${choice.name}:`,
    };
  }
  const { id: sessionId, listPaneId, claim: seen } = choice.take;
  const claim = { seen, own: makeClaim(choice.take) };
  return { text: takeOverScript({ ...options, sessionId, listPaneId, claim, visitor }), target: sessionId };
}

function look(server: Server, env: Environment, fleet: string): { take: FoundSession } | { name: string } {
  const { stdout } = tmux(
    [...server.flags, 'list-sessions', '-F', sessionFormat, ';', 'list-clients', '-F', clientFormat],
    env,
  );
  const lines = stdout.split('\n');
  const watched = lines.flatMap((line) => /^0 (\$\d+)$/.exec(line)?.[1] ?? []);
  const sessions = lines.flatMap((line) => parseSession(line) ?? []);
  return chooseSession(sessions, new Set(watched), { fleet });
}

interface UiPlace {
  readonly server: Server;
  readonly visitor: UiSessionSpec['visitor'];
}

/** The person's own server when they are inside tmux, else ours. */
function findPlace(env: Environment): UiPlace {
  const socket = env['TMUX']?.split(',')[0] ?? '';
  const isAgents = basename(socket) === (env['SWARM_TUI_TMUX_SOCKET'] ?? 'swarm-agents');
  const visit = socket === '' || isAgents ? null : findVisit(socket, env);
  return visit ?? { server: ourServer(env), visitor: null };
}

function ourServer(env: Environment): Server {
  const name = env['SWARM_TUI_UI_SOCKET'] ?? 'swarm-ui';
  return { flags: ['-L', name, '-f', '/dev/null'], isOurs: true };
}

/** Null where nobody looks at this pane, and where moving the client away would destroy the person's session. */
function findVisit(socket: string, env: Environment): UiPlace | null {
  const server: Server = { flags: ['-S', socket], isOurs: false };
  const pane = env['TMUX_PANE'];
  const target = pane === undefined ? [] : ['-t', pane];
  const format = '#{session_id} #{destroy-unattached} #{client_name}';
  const { stdout } = tmux([...server.flags, 'display-message', '-p', ...target, format], env);
  const [, sessionId, destroys, client] = /^(\$\d+) (\S*) (.+)$/.exec(stdout.trim()) ?? [];
  if (sessionId === undefined || client === undefined || !/^(?:off|0|)$/.test(destroys ?? '')) return null;
  return { server, visitor: { client, sessionId } };
}

function attach(server: Server, target: string, env: Environment): number {
  const colours = /truecolor|24bit/.test(env['COLORTERM'] ?? '') ? ['-T', 'RGB'] : [];
  const argv = ['tmux', ...colours, ...server.flags, 'attach-session', '-t', target];
  const outside = withoutTmux(env);
  const program = findTmux(env);
  // the client becomes the shell's job itself: Ctrl+Z and fg work as for any program
  if (typeof process.execve === 'function' && program !== undefined) process.execve(program, argv, outside);
  return spawnSync('tmux', argv.slice(1), { stdio: 'inherit', env: outside }).status ?? 1;
}

function tmux(
  args: readonly string[],
  env: Environment,
  input = '',
): { readonly status: number | null; readonly stdout: string; readonly stderr: string } {
  const { error, status, stdout, stderr } = spawnSync('tmux', [...args], {
    encoding: 'utf8',
    env: withoutTmux(env),
    input,
  });
  if (error !== undefined) throw diagnoseTmux(error.message);
  return { status, stdout, stderr };
}

function findTmux(env: Environment): string | undefined {
  return findProgram('tmux', { path: env['PATH'], directory: process.cwd() });
}
