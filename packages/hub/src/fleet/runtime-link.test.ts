import type { AgentInfo } from '@swarm-tui/core';
import { expect, it, onTestFinished, vi } from 'vitest';
import { HubError } from '../protocol/hub-error.ts';
import { createParts } from '../testing/create-parts.ts';
import { FakeRuntime } from '@swarm-tui/core/testing';
import { AgentLocks } from './agent-locks.ts';
import { Arrivals } from './arrivals.ts';
import { RuntimeLink } from './runtime-link.ts';

const listener = { output: vi.fn(), title: vi.fn(), foreground: vi.fn(), reconciled: vi.fn() };

function open(runtime: FakeRuntime & { adoptAgent?(): Promise<never> } = new FakeRuntime()) {
  const { parts, log } = createParts();
  const place = { runtimeId: 'local', runtime };
  const link = new RuntimeLink({ parts, locks: new AgentLocks(), arrivals: new Arrivals(), listener, place });
  onTestFinished(() => {
    link[Symbol.dispose]();
    parts.agenda[Symbol.dispose]();
    parts.gatherer[Symbol.dispose]();
  });
  return { runtime, parts, log, link };
}

it('shows all agents though one that lost its session cannot be taken in', async () => {
  class Stubborn extends FakeRuntime {
    async adoptAgent(): Promise<never> {
      throw new Error('no such window');
    }
  }
  const { runtime, parts, link } = open(new Stubborn());
  const orphan: AgentInfo = runtime.put({ agentId: 'orphan', aiProvider: 'x', workingDirectory: '/work' });
  const handle = { ...orphan.handle, data: { ...orphan.handle.data, orphan: true } };
  runtime.agents.set('orphan', { ...orphan, handle });
  runtime.put({ agentId: 'fine', aiProvider: 'x', workingDirectory: '/work' });
  await link.reconcile();
  expect(link.record).toMatchObject({ status: 'up', reason: null });
  expect(parts.store.get('fine').record.lifecycle).toBe('running');
  expect(parts.store.find('orphan')?.record.lifecycle).toBe('running');
});

it('learns of an exit from the list when it could not be logged as it was told', async () => {
  const runtime = new FakeRuntime();
  // Before the link listens: what it is told would make it look at the list again anyway.
  runtime.put({ agentId: 'a1', aiProvider: 'x', workingDirectory: '/work' });
  const { parts, log, link } = open(runtime);
  await link.reconcile();
  log.failWith(new HubError('log-failed', 'disk full'));
  runtime.end('a1', { code: 3, signal: null, at: Date.now() });
  await Promise.resolve();
  log.failWith(null);
  await vi.waitFor(() => expect(parts.store.get('a1').record.lifecycle).toBe('stopped'), { timeout: 10_000 });
});
