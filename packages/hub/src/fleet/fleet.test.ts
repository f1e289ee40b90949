import { RuntimeError } from '@swarm-tui/core';
import type { Provider } from '@swarm-tui/core';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import type { AgentRecord } from '../protocol/agent-record.ts';
import { describeState } from '../protocol/describe-state.ts';
import type { FleetDelta } from '../protocol/fleet-delta.ts';
import { AgentRecord as AgentRecordSchema } from '../protocol/agent-record.ts';
import { FleetEvent } from '../protocol/fleet-event.ts';
import type { RequestName, RequestParams, RequestResult } from '../protocol/requests.ts';
import type { ScreenFrame } from '../protocol/screen-frame.ts';
import type { FleetRequestName } from '../server/fleet-service.ts';
import { FakeRuntime } from '@swarm-tui/core/testing';
import { fakeRuntimes } from '../testing/fake-runtimes.ts';
import { createMemoryLog, type MemoryLog } from '../testing/memory-log.ts';
import { Fleet } from './fleet.ts';

const speaking: Provider = {
  id: 'speaking',
  title: 'Speaks OSC 7501',
  program: 'speaking',
  installHint: 'npm install -g speaking',
  launch: ({ task, mode, conversationId }) => ({
    command: ['speaking', mode, ...(conversationId === undefined ? [] : [conversationId])],
    env: { SPEAKING: '1' },
    prompt: task === '' ? 'none' : 'typed',
    conversationId: conversationId ?? 'conversation-1',
  }),
  rules: [],
  isLineOriented: true,
  interruptKeys: ['Escape'],
};
const providers = { find: (id: string) => (id === 'speaking' ? speaking : undefined) };
const says = {
  idle: '\u001b]7501;state=idle:app=x\u0007',
  working: '\u001b]7501;state=working:app=x\u0007',
  blocked: '\u001b]7501;state=blocked:app=x:kind=permission\u0007',
};

interface SetUp {
  readonly runtime?: FakeRuntime;
  readonly log?: MemoryLog;
}

async function open({ runtime = new FakeRuntime(), log = createMemoryLog() }: SetUp = {}) {
  const fleet = await Fleet.open({
    runtimes: fakeRuntimes({ local: runtime }),
    providers,
    log,
    git: async () => ({ ok: false, failure: 'missing' }),
  });
  onTestFinished(() => fleet[Symbol.asyncDispose]());
  const context = { signal: new AbortController().signal, client: 'test' };
  const ask = <K extends RequestName>(name: K, params: RequestParams<K>) =>
    fleet.handle(name as FleetRequestName, params, context) as Promise<RequestResult<K>>;
  const spawn = (more: Partial<RequestParams<'agent.spawn'>> = {}) =>
    ask('agent.spawn', { aiProvider: 'speaking', workingDirectory: '/work', wait: true, ...more });
  const record = (id: string): AgentRecord | undefined => fleet.snapshot().agents.find((agent) => agent.id === id);
  return { fleet, runtime, log, ask, spawn, record };
}

/** A running agent that told it is idle. */
async function openIdle(setUp?: SetUp) {
  const opened = await open(setUp);
  const agent = await opened.spawn();
  opened.runtime.print(agent.id, says.idle);
  await vi.waitFor(() => expect(opened.record(agent.id)?.activity.state).toBe('idle'));
  return { ...opened, id: agent.id };
}

describe('spawning', () => {
  it('logs the agent, with its conversation, before the runtime is asked', async () => {
    const { runtime, log, ask, record } = await open();
    const gate = Promise.withResolvers<void>();
    runtime.gate = gate.promise;
    const agent = await ask('agent.spawn', { aiProvider: 'speaking', workingDirectory: '/work', task: 'Fix it' });
    expect(agent).toMatchObject({
      lifecycle: 'queued',
      name: 'fix-it',
      conversationId: 'conversation-1',
      handle: null,
    });
    expect(log.events.map(({ event }) => event.type).slice(0, 2)).toEqual(['agent.created', 'message.queued']);
    await vi.waitFor(() =>
      expect(record(agent.id)).toMatchObject({ lifecycle: 'provisioning', lifecycleReason: 'making session' }),
    );
    gate.resolve();
    await vi.waitFor(() =>
      expect(record(agent.id)).toMatchObject({
        lifecycle: 'running',
        lifecycleReason: null,
        attachCommand: 'tmux attach -t fix-it',
      }),
    );
  });

  it('passes the environment of the client on and keeps it out of the log', async () => {
    const { runtime, log, spawn } = await open();
    await spawn({ env: { API_TOKEN: 'hush-hush' }, task: 'x' });
    expect(runtime.configs[0]?.env).toEqual({ API_TOKEN: 'hush-hush', SPEAKING: '1' });
    expect(JSON.stringify(log.events)).not.toContain('hush-hush');
    expect(JSON.stringify(log.events)).not.toContain('API_TOKEN');
  });

  it('logs only events and publishes only records that fit the protocol', async () => {
    const { log, fleet, spawn } = await open();
    await spawn();
    for (const event of log.events) expect(FleetEvent.parse(event)).toEqual(event);
    for (const agent of fleet.snapshot().agents) expect(AgentRecordSchema.parse(agent)).toEqual(agent);
  });

  it('keeps an agent that could not be made, with the reason', async () => {
    const { runtime, spawn, record, ask } = await open();
    runtime.failure = new RuntimeError('command-not-found', 'There is no program "speaking"');
    const agent = await spawn({ wait: false });
    await vi.waitFor(() =>
      expect(record(agent.id)).toMatchObject({
        lifecycle: 'stopped',
        lifecycleReason: 'There is no program "speaking"',
        activity: { state: 'error', reason: 'start' },
        unread: true,
      }),
    );
    expect(describeState(record(agent.id) ?? agent)).toMatchObject({ word: 'error', reason: 'start', needsYou: true });
    const { because } = await ask('agent.explain', { id: agent.id });
    expect(because).toBe('Because it could not be started: There is no program "speaking".');
    await expect(spawn()).rejects.toMatchObject({ code: 'command-not-found' });
    runtime.failure = null;
    expect(await ask('agent.restart', { id: agent.id })).toMatchObject({ lifecycle: 'running' });
    expect(runtime.configs.at(-1)).toMatchObject({ mode: 'fresh', agentId: agent.id });
  });

  it('has no agent of what cannot be started anyway', async () => {
    const { fleet, spawn } = await open({ runtime: new FakeRuntime({ programs: [] }) });
    await expect(spawn({ name: 'fix', wait: false })).rejects.toMatchObject({
      code: 'runtime-failed',
      reason: 'command-not-found',
      hint: 'npm install -g speaking',
    });
    const command = ['/nonexistent'];
    await expect(spawn({ name: 'fix', command })).rejects.toMatchObject({ code: 'command-not-found' });
    expect(fleet.snapshot().agents).toEqual([]);
  });

  it('gives the name of an attempt that failed to the next one', async () => {
    const { runtime, spawn, record, ask } = await open();
    runtime.failure = new RuntimeError('command-not-found', 'There is no program "speaking"');
    const first = await spawn({ name: 'fix', wait: false });
    await vi.waitFor(() => expect(record(first.id)?.lifecycle).toBe('stopped'));
    await expect(spawn({ name: 'fix' })).rejects.toMatchObject({ code: 'command-not-found' });
    expect(record(first.id)?.name).toBe('fix-failed');
    runtime.failure = null;
    expect(await spawn({ name: 'fix' })).toMatchObject({ name: 'fix', lifecycle: 'running' });
    expect(await spawn({ name: 'fix' })).toMatchObject({ name: 'fix-2' });
    expect(await ask('agent.restart', { id: first.id })).toMatchObject({ name: 'fix-failed', lifecycle: 'running' });
  });

  it('has seen what it stopped: a stopped agent is not done any more', async () => {
    const { runtime, ask, record, id } = await openIdle();
    runtime.print(id, says.working);
    await vi.waitFor(() => expect(record(id)?.activity.state).toBe('working'));
    runtime.print(id, says.idle);
    await vi.waitFor(() => expect(record(id)).toMatchObject({ activity: { state: 'idle' }, unread: true }));
    const stopped = await ask('agent.stop', { id });
    expect(stopped).toMatchObject({ lifecycle: 'stopped', unread: false });
    expect(describeState(stopped)).toMatchObject({ word: 'stopped', needsYou: false });
  });

  it('makes at most 8 agents at once and gives each a name of its own', async () => {
    const { runtime, spawn, fleet } = await open();
    const gate = Promise.withResolvers<void>();
    runtime.gate = gate.promise;
    const all = Array.from({ length: 20 }, () => spawn());
    await vi.waitFor(() => expect(runtime.atOnce).toBe(8));
    gate.resolve();
    await Promise.all(all);
    expect(runtime.mostAtOnce).toBe(8);
    expect(new Set(fleet.snapshot().agents.map(({ name }) => name)).size).toBe(20);
    expect(new Set(fleet.snapshot().agents.map(({ id }) => id)).size).toBe(20);
  });

  it('acknowledges nothing that was not written', async () => {
    const { runtime, log, spawn, fleet } = await open();
    log.failWith(new Error('disk full'));
    await expect(spawn()).rejects.toThrow('disk full');
    expect(runtime.configs).toEqual([]);
    expect(fleet.snapshot().agents).toEqual([]);
  });

  it('refuses what it does not know', async () => {
    const { spawn, ask } = await open();
    await expect(spawn({ aiProvider: 'nobody' })).rejects.toMatchObject({ code: 'invalid-request' });
    await expect(spawn({ runtimeId: 'mars' })).rejects.toMatchObject({ code: 'runtime-not-found' });
    await expect(ask('agent.stop', { id: 'nobody' })).rejects.toMatchObject({ code: 'agent-not-found' });
  });
});

describe('the lifecycle of an agent', () => {
  it('keeps a stopped agent, and starts it again with its conversation', async () => {
    const { runtime, spawn, ask } = await open();
    const { id } = await spawn();
    expect(await ask('agent.stop', { id })).toMatchObject({
      lifecycle: 'stopped',
      lifecycleReason: 'stopped by you',
      exit: { signal: 'SIGTERM' },
      activity: { reason: null },
      unread: false,
    });
    expect(await ask('agent.stop', { id })).toMatchObject({ lifecycle: 'stopped' });
    expect(await ask('agent.restart', { id })).toMatchObject({ lifecycle: 'running', exit: null, pid: 5001 });
    expect(runtime.restarts).toEqual([{ command: ['speaking', 'resume', 'conversation-1'], env: undefined }]);
  });

  it('tells how an agent ended by itself', async () => {
    const { runtime, spawn, record, ask } = await open();
    const { id } = await spawn();
    runtime.end(id, { code: 3, signal: null, at: Date.now() });
    await vi.waitFor(() =>
      expect(record(id)).toMatchObject({
        lifecycle: 'stopped',
        lifecycleReason: 'ended with exit code 3',
        exit: { code: 3 },
        activity: { state: 'error', reason: 'crash', detail: 'exit 3' },
        unread: true,
      }),
    );
    expect(await ask('agent.wait', { id, for: { state: 'error' } })).toMatchObject({ matched: true });
    await ask('agent.seen', { id });
    expect(record(id)).toMatchObject({ activity: { reason: 'crash' }, unread: false });
    expect(await ask('agent.restart', { id })).toMatchObject({ lifecycle: 'running', activity: { state: 'starting' } });
  });

  it('keeps the crash when a last verdict on the screen is logged after it', async () => {
    const { runtime, spawn, record } = await open();
    const { id } = await spawn();
    runtime.end(id, { code: 3, signal: null, at: Date.now() });
    runtime.print(id, says.idle);
    await vi.waitFor(() => expect(record(id)?.lifecycle).toBe('stopped'));
    expect(record(id)?.activity.reason).toBe('crash');
  });

  it('starts a long task again as a whole, though its record holds only the beginning', async () => {
    const { runtime, spawn, ask } = await open();
    const task = 'long '.repeat(2_000);
    const agent = await spawn({ task });
    expect(agent.task.length).toBeLessThan(4_097);
    await ask('agent.stop', { id: agent.id });
    runtime.agents.clear();
    await ask('agent.restart', { id: agent.id, mode: 'fresh' });
    expect(runtime.configs.map((config) => config.task)).toEqual([task, task]);
  });

  it('gives up an agent that is being made when it is stopped', async () => {
    const { runtime, spawn, ask, record } = await open();
    const gate = Promise.withResolvers<void>();
    runtime.gate = gate.promise;
    const { id } = await spawn({ wait: false });
    await vi.waitFor(() => expect(runtime.atOnce).toBe(1));
    const stopped = ask('agent.stop', { id });
    gate.resolve();
    expect(await stopped).toMatchObject({ lifecycle: 'stopped', lifecycleReason: 'stopped by you' });
    expect(runtime.agents.size).toBe(0);
    expect(record(id)?.handle).toBeNull();
  });

  it('renames here and in the runtime, to no name that is taken', async () => {
    const { spawn, ask, runtime } = await open();
    const [one, two] = [await spawn(), await spawn()];
    expect(await ask('agent.rename', { id: one.id, name: 'other' })).toMatchObject({
      name: 'other',
      attachCommand: 'tmux attach -t other',
    });
    for (const name of [two.name, two.id]) {
      await expect(ask('agent.rename', { id: one.id, name })).rejects.toMatchObject({ code: 'name-taken' });
    }
    expect(await ask('agent.rename', { id: one.id, name: 'other' })).toMatchObject({ name: 'other' });
    expect(runtime.agents.get(one.id)?.config.name).toBe('other');
  });

  it('hides a removed agent and brings it back untouched', async () => {
    const { runtime, spawn, ask, record } = await open();
    const { id } = await spawn();
    const before = record(id);
    await ask('agent.remove', { id });
    expect(record(id)?.removeAt).not.toBeNull();
    expect(await ask('agent.undo-remove', { id })).toEqual(before);
    expect(runtime.agents.has(id)).toBe(true);
  });

  it('removes an agent when the time to undo is over', async () => {
    const { runtime, spawn, ask, record } = await open();
    const { id } = await spawn();
    await ask('agent.remove', { id, undoMs: 20 });
    await vi.waitFor(() => expect(record(id)).toBeUndefined());
    expect(runtime.agents.size).toBe(0);
    await expect(ask('agent.undo-remove', { id })).rejects.toMatchObject({ code: 'agent-not-found' });
  });

  it('takes a removal up again after a restart of the hub', async () => {
    const first = await open();
    const { id } = await first.spawn();
    await first.ask('agent.remove', { id, undoMs: 1 });
    await first.fleet[Symbol.asyncDispose]();
    const second = await open({ runtime: first.runtime, log: first.log });
    await vi.waitFor(() => expect(second.record(id)).toBeUndefined());
    expect(first.runtime.agents.size).toBe(0);
  });
});

describe('what the world really has', () => {
  it('adopts agents that are not in the log', async () => {
    const runtime = new FakeRuntime();
    runtime.put({ agentId: 'stranger', name: 'Stranger', aiProvider: 'speaking', workingDirectory: '/work' });
    const { record } = await open({ runtime });
    expect(record('stranger')).toMatchObject({ name: 'Stranger', lifecycle: 'running', directory: '/work' });
  });

  it('adopts an agent that appears while the hub runs', async () => {
    const { runtime, record } = await open();
    runtime.put({ agentId: 'stranger', aiProvider: 'speaking', workingDirectory: '/work' });
    await vi.waitFor(() => expect(record('stranger')?.lifecycle).toBe('running'));
  });

  it('keeps a vanished agent as lost until it is removed', async () => {
    const first = await open();
    const { id } = await first.spawn();
    await first.fleet[Symbol.asyncDispose]();
    first.runtime.agents.clear();
    const { record, ask } = await open({ runtime: first.runtime, log: first.log });
    expect(record(id)).toMatchObject({ lifecycle: 'lost', lifecycleReason: 'its session is gone' });
    await ask('agent.remove', { id, undoMs: 0 });
    expect(record(id)).toBeUndefined();
  });

  it('calls agents of a silent engine unreachable, and finds them when it answers', async () => {
    const { runtime, spawn, record, fleet } = await open();
    const { id } = await spawn();
    runtime.failure = new RuntimeError('engine-unavailable', 'tmux does not answer');
    runtime.emit({ type: 'down', reason: 'connection closed' });
    await vi.waitFor(() =>
      expect(record(id)).toMatchObject({ lifecycle: 'unreachable', lifecycleReason: 'connection closed' }),
    );
    expect(fleet.snapshot().runtimes).toMatchObject([{ id: 'local', type: 'local', status: 'down' }]);
    runtime.failure = null;
    runtime.emit({ type: 'up' });
    await vi.waitFor(() => expect(record(id)).toMatchObject({ lifecycle: 'running' }));
    expect(fleet.snapshot().runtimes).toMatchObject([{ status: 'up' }]);
  });

  it('asks an engine that went down by itself: what it has no more is lost, what it has runs', async () => {
    const { runtime, spawn, record, fleet } = await open();
    const [gone, kept] = [await spawn(), await spawn()];
    runtime.agents.delete(gone.id);
    runtime.failure = new RuntimeError('engine-unavailable', 'tmux does not answer');
    runtime.emit({ type: 'down', reason: 'server exited' });
    await vi.waitFor(() => expect(fleet.snapshot().runtimes).toMatchObject([{ reason: 'tmux does not answer' }]), {
      timeout: 10_000,
    });
    expect([record(gone.id)?.lifecycle, record(kept.id)?.lifecycle]).toEqual(['unreachable', 'unreachable']);
    runtime.failure = null;
    await vi.waitFor(() => expect(record(gone.id)?.lifecycle).toBe('lost'), { timeout: 10_000 });
    expect(record(kept.id)?.lifecycle).toBe('running');
    expect(fleet.snapshot().runtimes).toMatchObject([{ status: 'up' }]);
  });

  it('opens with an engine that does not answer', async () => {
    const first = await open();
    const { id } = await first.spawn();
    await first.fleet[Symbol.asyncDispose]();
    first.runtime.failure = new Error('no server');
    const { record } = await open({ runtime: first.runtime, log: first.log });
    expect(record(id)).toMatchObject({ lifecycle: 'unreachable', lifecycleReason: 'no server' });
  });

  it('finds an agent that was made when the hub ended, whichever event was the last', async () => {
    const first = await open();
    const { id } = await first.spawn({ task: 'x' });
    await first.fleet[Symbol.asyncDispose]();
    for (let kept = 1; kept <= first.log.events.length; kept += 1) {
      const log = createMemoryLog({ events: first.log.events.slice(0, kept) });
      const { record, fleet } = await open({ runtime: first.runtime, log });
      expect(record(id)).toMatchObject({ lifecycle: 'running', handle: { agentId: id } });
      expect(fleet.snapshot().agents).toHaveLength(1);
    }
  });

  it('folds and acknowledges what is durable though an observer throws', async () => {
    const { fleet, spawn, ask, record } = await open();
    const { id } = await spawn();
    fleet.subscribe({
      event: () => {
        throw new Error('observer');
      },
    });
    const told: string[] = [];
    fleet.subscribe({ event: ({ event }) => told.push(event.type) });
    expect(await ask('agent.rename', { id, name: 'other' })).toMatchObject({ name: 'other' });
    expect(record(id)).toMatchObject({ name: 'other', attachCommand: 'tmux attach -t other' });
    expect(told).toEqual(['agent.renamed', 'agent.placed']);
  });

  it('knows the same after a restart as before', async () => {
    const first = await openIdle();
    await first.ask('agent.reorder', { id: first.id, order: 7 });
    const before = first.record(first.id);
    await first.fleet[Symbol.asyncDispose]();
    const second = await open({ runtime: first.runtime, log: first.log });
    expect({ ...second.record(first.id), outputAt: 0 }).toEqual({ ...before, outputAt: 0 });
  });
});

describe('the state of an agent', () => {
  it('follows what the agent says, and calls an ended turn unread until it is seen', async () => {
    const { runtime, record, ask, id } = await openIdle();
    expect(record(id)?.unread).toBe(false);
    runtime.print(id, says.working);
    await vi.waitFor(() => expect(record(id)?.activity.state).toBe('working'));
    runtime.print(id, says.blocked);
    await vi.waitFor(() => expect(record(id)?.activity).toMatchObject({ state: 'waiting', reason: 'permission' }));
    runtime.print(id, says.idle);
    await vi.waitFor(() => expect(record(id)).toMatchObject({ unread: true, activity: { state: 'idle' } }));
    await ask('agent.seen', { id });
    expect(record(id)?.unread).toBe(false);
  });

  it('shows what a dialog asks, not its last choice, where the agent does not say it', async () => {
    const { runtime, record, id } = await openIdle();
    runtime.screens.set(id, ['Go on with this plan?', '› 1  Yes', '  2  No, keep planning']);
    runtime.print(id, `${says.blocked}Go on with this plan?\r\n› 1  Yes\r\n  2  No, keep planning`);
    await vi.waitFor(() =>
      expect(record(id)).toMatchObject({ activity: { state: 'waiting' }, text: 'Go on with this plan?' }),
    );
    runtime.print(id, `${says.working}\r\nGoing on\r\n`);
    await vi.waitFor(() => expect(record(id)?.text).toBe('Going on'));
  });

  it('logs changes of state, not output', async () => {
    const { runtime, log, record, id } = await openIdle();
    const before = log.events.length;
    for (let line = 0; line < 50; line += 1) runtime.print(id, `line ${line}\r\n`);
    await vi.waitFor(() => expect(record(id)?.text).toBe('line 49'));
    expect(log.events.length).toBe(before);
  });

  it('tells many lines of output as one patch', async () => {
    const { runtime, fleet, id } = await openIdle();
    const deltas: FleetDelta[] = [];
    fleet.snapshot();
    fleet.subscribe({ delta: (delta) => deltas.push(delta) });
    for (let line = 0; line < 50; line += 1) runtime.print(id, `line ${line}\r\n`);
    await vi.waitFor(() => expect(deltas).not.toHaveLength(0));
    expect(deltas).toHaveLength(1);
    expect(deltas[0]?.changes).toEqual([{ type: 'patch', id, patch: expect.objectContaining({ text: 'line 49' }) }]);
    expect(Object.keys(deltas[0]?.changes[0]?.type === 'patch' ? deltas[0].changes[0].patch : {})).not.toContain(
      'name',
    );
  });

  it('continues the numbers of a snapshot', async () => {
    const { runtime, fleet, id } = await openIdle();
    const deltas: FleetDelta[] = [];
    fleet.subscribe({ delta: (delta) => deltas.push(delta) });
    const { seq } = fleet.snapshot();
    deltas.length = 0;
    runtime.print(id, 'news\r\n');
    await vi.waitFor(() => expect(deltas.map((delta) => delta.seq)).toEqual([seq + 1]));
  });

  it('explains itself', async () => {
    const { ask, id } = await openIdle();
    const { because, evidence, history } = await ask('agent.explain', { id });
    expect(because).toContain('OSC 7501 state=idle');
    expect(evidence.find(({ verdict }) => verdict === 'decides')?.source).toBe('signal');
    expect(history.map(({ state }) => state)).toEqual(['idle', 'running', 'provisioning']);
  });

  it('waits for states and texts', async () => {
    const { runtime, ask, id } = await openIdle();
    expect(await ask('agent.wait', { id, for: { state: 'idle' } })).toMatchObject({ matched: true });
    const waiting = ask('agent.wait', { id, for: { state: 'waiting' } });
    runtime.print(id, says.blocked);
    expect(await waiting).toMatchObject({ matched: true, agent: { activity: { state: 'waiting' } } });
    expect(await ask('agent.wait', { id, for: { state: 'error' }, timeoutMs: 20 })).toMatchObject({ matched: false });
    const text = ask('agent.wait', { id, for: { text: 'All done' } });
    runtime.screens.set(id, ['…', 'All done.']);
    expect(await text).toMatchObject({ matched: true });
    const never = ask('agent.wait', { id, for: { text: 'never' } });
    runtime.end(id, { code: 0, signal: null, at: Date.now() });
    expect(await never).toMatchObject({ matched: false, agent: { lifecycle: 'stopped' } });
  });
});

describe('screens', () => {
  it('sends frames of watched agents only, and no frame twice', async () => {
    const { runtime, fleet, id } = await openIdle();
    const frames: ScreenFrame[] = [];
    fleet.subscribe({ screen: (frame) => frames.push(frame) });
    runtime.screens.set(id, ['\u001b[31mone\u001b[2J\u0007']);
    runtime.print(id, 'one');
    fleet.setInterest(`agent.${id}.screen`, true);
    await vi.waitFor(() => expect(frames.map(({ lines }) => lines)).toEqual([['\u001b[31mone\uFFFD']]));
    const before = runtime.captures;
    runtime.print(id, 'the same screen');
    await vi.waitFor(() => expect(runtime.captures).toBeGreaterThan(before));
    runtime.screens.set(id, ['two']);
    runtime.print(id, 'two');
    const lines = () => frames.map((frame) => frame.lines);
    await vi.waitFor(() => expect(lines().at(-1)).toEqual(['two']));
    expect(lines()).toEqual([['\u001b[31mone\uFFFD'], ['two']]);
    fleet.setInterest(`agent.${id}.screen`, false);
    runtime.screens.set(id, ['three']);
    runtime.print(id, 'three');
    expect(
      (await fleet.handle(
        'agent.capture',
        { id },
        { signal: new AbortController().signal, client: 't' },
      )) as ScreenFrame,
    ).toMatchObject({ lines: ['three'] });
    expect(frames).toHaveLength(2);
  });

  it('forwards output as it is to those who asked for it', async () => {
    const { runtime, fleet, id } = await openIdle();
    const chunks: string[] = [];
    fleet.subscribe({ output: ({ data }) => chunks.push(Buffer.from(data).toString()) });
    runtime.print(id, 'unheard');
    fleet.setInterest(`agent.${id}.output`, true);
    runtime.print(id, '\u001b[1mheard');
    fleet.setInterest(`agent.${id}.output`, false);
    runtime.print(id, 'unheard');
    expect(chunks).toEqual(['\u001b[1mheard']);
  });

  it('moves a viewer, and says when it cannot', async () => {
    const { ask, id } = await openIdle();
    expect(await ask('agent.switch-viewer', { id, clientTty: '/dev/pts/1' })).toEqual({ switched: true });
    expect(await ask('agent.switch-viewer', { id, clientTty: '/dev/elsewhere' })).toEqual({ switched: false });
  });
});
