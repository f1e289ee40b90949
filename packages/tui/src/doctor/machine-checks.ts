import { execFile } from 'node:child_process';
import { chmod, stat } from 'node:fs/promises';
import { promisify } from 'node:util';
import { makeDirectory, parseTmuxVersion, requireTmuxVersion, RuntimeError, tmuxInstallCommand } from '@swarm-tui/core';
import type { HubPaths } from '@swarm-tui/hub/client';
import { ConfigError } from '../config/config-error.ts';
import { loadConfig, type LoadConfigOptions } from '../config/load-config.ts';
import type { Check, Finding } from './finding.ts';

const execute = promisify(execFile);
type Environment = Readonly<Record<string, string | undefined>>;

async function firstLine(program: string, args: readonly string[], signal: AbortSignal): Promise<string | null> {
  try {
    const { stdout } = await execute(program, [...args], { signal, timeout: 5000 });
    return stdout.trim().split('\n')[0] ?? '';
  } catch {
    return null;
  }
}

/** tmux is there and new enough. */
export function checkTmux(program = 'tmux'): Check {
  return async (signal) => {
    const said = await firstLine(program, ['-V'], signal);
    if (said === null) return [{ level: 'fail', topic: 'tmux', text: `not found. Run: ${tmuxInstallCommand()}` }];
    try {
      requireTmuxVersion(said);
      const version = parseTmuxVersion(said)?.text ?? said;
      return [{ level: 'ok', topic: 'tmux', text: version }, ...describeCrashes(version)];
    } catch (error) {
      const hint = error instanceof RuntimeError ? ` ${error.hint ?? ''}` : '';
      return [{ level: 'fail', topic: 'tmux', text: `${error instanceof Error ? error.message : said}.${hint}` }];
    }
  };
}

/** What we have seen a release do; of others we know nothing. */
function describeCrashes(version: string): readonly Finding[] {
  if (!/^3\.3a?$/.test(version)) return [];
  const text = `${version} can crash when an agent restarts while a control client lags: worked around here; a newer one is advised`;
  return [{ level: 'note', topic: 'tmux', text }];
}

/** git is there; without it there are no worktrees and no figures. */
export function checkGit(): Check {
  return async (signal) => {
    const said = await firstLine('git', ['--version'], signal);
    if (said !== null) return [{ level: 'ok', topic: 'git', text: said.replace('git version ', '') }];
    return [{ level: 'warn', topic: 'git', text: 'not found: no worktrees, branches or line counts' }];
  };
}

/** What the environment says of the terminal: colours and signs. */
export function checkTerminal(env: Environment, isTerminal: boolean): Check {
  return async () => [describeColours(env, isTerminal), describeGlyphs(env)];
}

function describeColours(env: Environment, isTerminal: boolean): Finding {
  const topic = 'terminal';
  const term = env['TERM'] ?? '';
  const place = isTerminal ? '' : ', output is not a terminal';
  if (/truecolor|24bit/.test(env['COLORTERM'] ?? ''))
    return { level: 'ok', topic, text: `TERM=${term}, true colour${place}` };
  if (term.includes('256')) return { level: 'ok', topic, text: `TERM=${term}, 256 colours${place}` };
  const lack = term === '' || term === 'dumb' ? 'no colours, no cursor' : '16 colours';
  return { level: 'warn', topic, text: `TERM=${term}: ${lack}. Set TERM=xterm-256color` };
}

function describeGlyphs(env: Environment): Finding {
  const locale =
    [env['LC_ALL'], env['LC_CTYPE'], env['LANG']].find((value) => value !== undefined && value !== '') ?? '';
  if (/utf-?8/i.test(locale)) return { level: 'ok', topic: 'glyphs', text: `locale ${locale}` };
  return { level: 'warn', topic: 'glyphs', text: `locale "${locale}" is not UTF-8: ASCII signs. Set LANG=C.UTF-8` };
}

/** The configuration file can be used. */
export function checkConfig(options: LoadConfigOptions): Check {
  return async () => {
    try {
      loadConfig(options);
      return [{ level: 'ok', topic: 'config', text: 'valid' }];
    } catch (error) {
      if (!(error instanceof ConfigError)) throw error;
      const excerpt = error.excerpt === undefined ? '' : `\n${error.excerpt}`;
      return error.mistakes.map((text) => ({ level: 'fail', topic: 'config', text: `${text}${excerpt}` }) as const);
    }
  };
}

/** The state directory is ours alone. `--fix` makes it so. */
export function checkStateDirectory({ stateDirectory }: HubPaths): Check {
  return async () => {
    const found = await stat(stateDirectory).catch(() => null);
    if (found === null) {
      const fix = async (): Promise<string> => {
        makeDirectory(stateDirectory);
        return `made ${stateDirectory}`;
      };
      return [{ level: 'note', topic: 'state', text: `${stateDirectory} is made at the first start`, fix }];
    }
    if (!found.isDirectory())
      return [{ level: 'fail', topic: 'state', text: `${stateDirectory} is no directory. Move it away` }];
    if ((found.mode & 0o077) === 0) return [{ level: 'ok', topic: 'state', text: stateDirectory }];
    const fix = async (): Promise<string> => {
      await chmod(stateDirectory, 0o700);
      return `closed ${stateDirectory} to others`;
    };
    return [
      {
        level: 'warn',
        topic: 'state',
        text: `${stateDirectory} is open to others. Run: chmod 700 ${stateDirectory}`,
        fix,
      },
    ];
  };
}
