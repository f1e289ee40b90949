import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { awaitHubAhead, startHubAhead } from './hub-ahead.ts';

const { signal } = new AbortController();

function world() {
  const home = mkdtempSync(join(tmpdir(), 'swarm-ahead-'));
  onTestFinished(() => rmSync(home, { recursive: true }));
  const env = { HOME: home, SWARM_TUI_STATE_DIR: join(home, 'state'), SWARM_TUI_SOCKET: join(home, 'hub.sock') };
  const program = (script: string): readonly string[] => [process.execPath, '-e', script];
  return { env, program, makeSocket: `fs.writeFileSync(${JSON.stringify(env.SWARM_TUI_SOCKET)}, '')` };
}

describe('a hub that is started ahead', () => {
  it('is waited for until it can be asked', async () => {
    const { env, program, makeSocket } = world();
    const flags = startHubAhead(env, program(`setTimeout(() => ${makeSocket}, 50); setTimeout(() => {}, 200)`));
    expect(flags).toEqual([expect.stringMatching(/^--hub-started=\d+$/)]);
    await awaitHubAhead(flags, env, signal);
    expect(existsSync(env.SWARM_TUI_SOCKET)).toBe(true);
  });

  it('is not waited for when it has ended, or was never started', async () => {
    const { env, program } = world();
    await awaitHubAhead(startHubAhead(env, program('')), env, signal);
    await awaitHubAhead(['--ascii'], env, signal);
    expect(existsSync(env.SWARM_TUI_SOCKET)).toBe(false);
  });

  it('is left to the list where one may be up, or none can be started', () => {
    const { env, program, makeSocket } = world();
    expect(startHubAhead(env, ['/nowhere/node'])).toEqual([]);
    writeFileSync(env.SWARM_TUI_SOCKET, '');
    expect(startHubAhead(env, program(makeSocket))).toEqual([]);
    const blocked = { ...env, SWARM_TUI_SOCKET: `${env.HOME}/other.sock`, SWARM_TUI_STATE_DIR: env.SWARM_TUI_SOCKET };
    expect(startHubAhead(blocked, program(makeSocket))).toEqual([]);
  });

  it('is given up with its list', async () => {
    const { env } = world();
    const waiting = awaitHubAhead([`--hub-started=${process.pid}`], env, AbortSignal.abort(new Error('left')));
    await expect(waiting).rejects.toThrow(/abort/i);
  });
});
