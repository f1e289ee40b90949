import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { LocalRuntime, RuntimeManager } from '@swarm-tui/core';
import { createProviderRegistry } from '@swarm-tui/providers';
import { expect, it, onTestFinished, vi } from 'vitest';
import { Fleet } from '../src/fleet/fleet.ts';
import type { RequestName, RequestParams, RequestResult } from '../src/protocol/requests.ts';
import type { FleetRequestName } from '../src/server/fleet-service.ts';
import { createMemoryLog } from '../src/testing/memory-log.ts';

const patience = { timeout: 30_000, interval: 20 };

async function open() {
  const directory = realpathSync(mkdtempSync(join(tmpdir(), 'draft-')));
  const socketName = `draft-${randomBytes(6).toString('hex')}`;
  const inherited = Object.entries(process.env).flatMap(([name, value]) =>
    value === undefined || name.startsWith('TMUX') ? [] : [[name, value] as const],
  );
  const env = { ...Object.fromEntries(inherited), TMUX_TMPDIR: directory, HOME: directory, SHELL: '/bin/bash' };
  const runtimes = new RuntimeManager();
  runtimes.register('local', new LocalRuntime({ socketName, configDirectory: directory, env }));
  const fleet = await Fleet.open({ runtimes, providers: createProviderRegistry(), log: createMemoryLog() });
  onTestFinished(async () => {
    await fleet[Symbol.asyncDispose]();
    await runtimes[Symbol.asyncDispose]();
    try {
      execFileSync('tmux', ['-L', socketName, 'kill-server'], { env, stdio: 'ignore' });
    } catch {
      // It ended with its last agent, or never began.
    }
    rmSync(directory, { recursive: true, force: true });
  });
  const ask = <K extends RequestName>(name: K, params: RequestParams<K>) =>
    fleet.handle(name as FleetRequestName, params, { signal: new AbortController().signal, client: 't' }) as Promise<
      RequestResult<K>
    >;
  const spawn = (more: Partial<RequestParams<'agent.spawn'>>) =>
    ask('agent.spawn', { aiProvider: 'shell', workingDirectory: directory, env, wait: true, ...more });
  const screen = async (id: string) => (await ask('agent.capture', { id, colours: false })).lines.join('\n');
  const isIdle = (id: string) =>
    vi.waitFor(async () => expect((await ask('agent.explain', { id })).activity.state).toBe('idle'), patience);
  return { fleet, ask, spawn, screen, isIdle };
}

it('has no agent of a directory, a branch or a program that cannot be', async () => {
  const { fleet, spawn } = await open();
  const wrong: readonly (readonly [Partial<RequestParams<'agent.spawn'>>, string])[] = [
    [{ workingDirectory: '/nonexistent' }, 'directory-not-found'],
    [{ worktree: { branch: 'bad..name' } }, 'invalid-input'],
    [{ worktree: { branch: 'fine' } }, 'worktree-failed'],
    [{ command: ['/nonexistent'] }, 'command-not-found'],
  ];
  for (const [more, code] of wrong) await expect(spawn(more)).rejects.toMatchObject({ code });
  expect(fleet.snapshot().agents).toEqual([]);
});

it.each(['shell', 'demo'])(
  'never adds a message to what stands half-typed in a %s',
  async (aiProvider) => {
    const { ask, spawn, screen, isIdle } = await open();
    const { id } = await spawn({ aiProvider });
    await isIdle(id);
    await ask('agent.keys', { id, keys: ['e', 'c', 'h', 'o', 'Space', 'A'] });
    await vi.waitFor(async () => expect(await screen(id)).toContain('echo A'), patience);
    const { id: messageId } = await ask('agent.send', { id, text: 'ls' });
    const sent = async () => (await ask('agent.queue', { id })).messages.find((message) => message.id === messageId);
    await vi.waitFor(async () => expect(await sent()).toMatchObject({ state: 'held', heldBy: 'draft' }), patience);
    expect(await screen(id)).not.toContain('echo Als');
    await ask('agent.keys', { id, keys: ['C-u'] });
    await vi.waitFor(async () => expect((await sent())?.state).toBe('accepted'), patience);
    expect(await screen(id)).not.toContain('echo Als');
  },
  90_000,
);

it('takes an input that was emptied key by key for empty', async () => {
  const { ask, spawn, screen, isIdle } = await open();
  const { id } = await spawn({});
  await isIdle(id);
  await ask('agent.keys', { id, keys: ['e', 'c', 'h', 'o', 'Space', 'B'] });
  await ask('agent.keys', { id, keys: ['BSpace', 'BSpace', 'BSpace', 'BSpace', 'BSpace', 'BSpace'] });
  await vi.waitFor(async () => expect(await screen(id)).not.toContain('echo'), patience);
  const { state } = await ask('agent.send', { id, text: 'echo $((40 + 2))', wait: 'accepted' });
  expect(state).toBe('accepted');
  await vi.waitFor(async () => expect(await screen(id)).toMatch(/^42$/m), patience);
}, 90_000);
