import type { AgentInfo } from '@swarm-tui/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { AgentRecord } from '../protocol/agent-record.ts';
import { createAgentRecord } from '../testing/create-agent-record.ts';
import { FakeRuntime } from '@swarm-tui/core/testing';
import { FleetStore } from './fleet-store.ts';
import { endEvents, reconcile, unreachable } from './reconcile.ts';

const place = { runtimeId: 'local', runtime: new FakeRuntime() };

function infoOf(agentId: string, changes: Partial<AgentInfo> = {}): AgentInfo {
  const info = new FakeRuntime().put({ agentId, aiProvider: 'demo', workingDirectory: '/w' });
  return { ...info, ...changes };
}

function run(records: readonly AgentRecord[], infos: readonly AgentInfo[], busy: readonly string[] = []) {
  const isNameTaken = (name: string) => records.some((record) => record.name === name);
  return reconcile({ place, records, infos, isBusy: (id) => busy.includes(id), isNameTaken });
}

const lifecycles = ['queued', 'provisioning', 'running', 'stopped', 'lost', 'unreachable'] as const;

describe('reconcile', () => {
  it('gives nothing more once its events are folded, whatever was logged and whatever is there', () => {
    const ids = ['a', 'b', 'c', 'd'];
    const logged = fc.record({
      id: fc.constantFrom(...ids),
      lifecycle: fc.constantFrom(...lifecycles),
      isPlaced: fc.boolean(),
    });
    const present = fc.record({ id: fc.constantFrom(...ids), hasEnded: fc.boolean() });
    const key = { selector: ({ id }: { id: string }) => id };
    fc.assert(
      fc.property(fc.uniqueArray(logged, key), fc.uniqueArray(present, key), (agents, found) => {
        const store = new FleetStore();
        const records = agents.map(({ id, lifecycle, isPlaced }) =>
          createAgentRecord({ id, lifecycle, ...(isPlaced ? {} : { handle: null }) }),
        );
        for (const [index, agent] of records.entries())
          store.apply({ seq: index, at: 1, event: { type: 'agent.created', id: agent.id, agent } });
        const infos = found.map(({ id, hasEnded }) =>
          infoOf(id, hasEnded ? { status: 'failed', exit: { code: 1, signal: null, at: 5 }, pid: null } : {}),
        );
        for (const event of run(records, infos)) store.apply({ seq: 100, at: 2, event });
        const after = [...store.agents()].map(({ record }) => record);
        expect(run(after, infos)).toEqual([]);
        const running = after.filter(({ lifecycle }) => lifecycle === 'running').map(({ id }) => id);
        expect(running.toSorted()).toEqual(
          found
            .filter(({ hasEnded }) => !hasEnded)
            .map(({ id }) => id)
            .toSorted(),
        );
        expect(new Set(after.map(({ id }) => id))).toEqual(new Set([...agents, ...found].map(({ id }) => id)));
      }),
    );
  });

  it('adopts what is not in the log, under a name that nobody has', () => {
    const info = infoOf('stranger', { config: { ...infoOf('stranger').config, name: 'claude' } });
    expect(run([createAgentRecord({ id: 'claude' })], [infoOf('claude'), info])).toMatchObject([
      { type: 'agent.placed', id: 'claude' },
      {
        type: 'agent.adopted',
        id: 'stranger',
        agent: { name: 'claude-2', lifecycle: 'running', attachCommand: 'tmux attach -t stranger' },
      },
    ]);
  });

  it('keeps what is gone as lost, and says of one that was never made why', () => {
    const records = [
      createAgentRecord({ id: 'gone' }),
      createAgentRecord({ id: 'unmade', lifecycle: 'queued', handle: null }),
    ];
    expect(run(records, [])).toEqual([
      { type: 'agent.lifecycle', id: 'gone', lifecycle: 'lost', reason: 'its session is gone', exit: null },
      {
        type: 'agent.lifecycle',
        id: 'unmade',
        lifecycle: 'lost',
        reason: 'the hub ended before it was made',
        exit: null,
      },
    ]);
  });

  it('finds an agent that was made but not logged as placed', () => {
    const record = createAgentRecord({ id: 'a', lifecycle: 'provisioning', handle: null });
    expect(run([record], [infoOf('a')])).toMatchObject([
      { type: 'agent.placed', id: 'a' },
      { type: 'agent.lifecycle', lifecycle: 'running' },
    ]);
  });

  it('learns how an agent ended when the engine knows it later, and keeps what a person did', () => {
    const exit = { code: null, signal: null, at: 5 };
    const info = infoOf('a', { status: 'failed', exit: { code: 3, signal: null, at: 5 }, pid: null });
    const ended = createAgentRecord({
      id: 'a',
      lifecycle: 'stopped',
      lifecycleReason: 'ended',
      exit,
      handle: info.handle,
      directory: '/w',
      pid: null,
    });
    expect(run([ended], [info])).toMatchObject([
      { reason: 'ended with exit code 3', exit: { code: 3 } },
      { type: 'agent.activity', activity: { reason: 'crash', detail: 'exit 3' } },
    ]);
    expect(run([{ ...ended, lifecycleReason: 'stopped by you' }], [info])).toMatchObject([
      { reason: 'stopped by you' },
    ]);
  });

  it('leaves alone what a command is working on', () => {
    expect(run([createAgentRecord({ id: 'a' })], [infoOf('b')], ['a', 'b'])).toEqual([]);
  });

  it('takes silence for no evidence: stopped and lost agents stay what they are', () => {
    const records = lifecycles.map((lifecycle) => createAgentRecord({ id: lifecycle, lifecycle }));
    expect(unreachable(records, 'tmux does not answer')).toEqual([
      { type: 'agent.lifecycle', id: 'running', lifecycle: 'unreachable', reason: 'tmux does not answer', exit: null },
    ]);
  });

  it('takes a program that failed by itself for a crash, told in words for people', () => {
    expect(endEvents({ id: 'a' }, { code: 137, signal: null, at: 7 })).toMatchObject([
      { type: 'agent.lifecycle', lifecycle: 'stopped', reason: 'ended with exit code 137', exit: { code: 137 } },
      {
        type: 'agent.activity',
        activity: { state: 'error', reason: 'crash', detail: 'exit 137', since: 7 },
        unread: true,
      },
    ]);
    expect(endEvents({ id: 'a' }, { code: null, signal: 'SIGKILL', at: 0 })).toMatchObject([
      { reason: 'ended by SIGKILL' },
      { activity: { detail: 'ended by SIGKILL' } },
    ]);
  });

  it.each([
    ['a clean end', { code: 0, signal: null, at: 0 }],
    ['an end that nobody knows the outcome of', { code: null, signal: null, at: 0 }],
    ['Ctrl+C, by code', { code: 130, signal: null, at: 0 }],
    ['Ctrl+C, by signal', { code: null, signal: 'SIGINT', at: 0 }],
    ['no status at all', null],
  ])('takes %s for no crash', (_what, exit) => {
    expect(endEvents({ id: 'a' }, exit)).toMatchObject([{ type: 'agent.lifecycle', lifecycle: 'stopped' }]);
  });
});
