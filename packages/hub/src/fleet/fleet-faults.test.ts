import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { HubError } from '../protocol/hub-error.ts';
import type { RequestName, RequestParams, RequestResult } from '../protocol/requests.ts';
import type { FleetRequestName } from '../server/fleet-service.ts';
import { FakeRuntime } from '@swarm-tui/core/testing';
import { fakeRuntimes } from '../testing/fake-runtimes.ts';
import { hastenTime } from '../testing/hasten-time.ts';
import { createMemoryLog, type MemoryLog } from '../testing/memory-log.ts';
import { Fleet } from './fleet.ts';

const full = new HubError('log-failed', 'The event log cannot grow: the disk is full.', { hint: 'Free space.' });
const patience = { timeout: 10_000 };

async function open(runtime = new FakeRuntime(), log: MemoryLog = createMemoryLog()) {
  const fleet = await Fleet.open({
    runtimes: fakeRuntimes({ local: runtime }),
    providers: { find: () => undefined },
    log,
  });
  onTestFinished(() => fleet[Symbol.asyncDispose]());
  const ask = <K extends RequestName>(name: K, params: RequestParams<K>) =>
    fleet.handle(name as FleetRequestName, params, { signal: new AbortController().signal, client: 't' }) as Promise<
      RequestResult<K>
    >;
  const record = (id: string) => fleet.snapshot().agents.find((agent) => agent.id === id);
  return { fleet, runtime, log, ask, record };
}

async function openWithAgent() {
  const opened = await open();
  const command = ['sleep'];
  const params = { aiProvider: 'x', command, workingDirectory: '/', name: 'old', wait: true };
  const { id } = await opened.ask('agent.spawn', params);
  const sessionName = () => opened.runtime.agents.get(id)?.handle.data['sessionName'];
  return { ...opened, id, sessionName };
}

/** The disk is full after so many more appends. */
function fillAfter(log: MemoryLog, appends: number): { makeRoom: () => unknown } {
  const append = log.append.bind(log);
  let left = appends;
  const spy = vi.spyOn(log, 'append').mockImplementation((...args) => {
    left -= 1;
    return left < 0 ? Promise.reject(full) : append(...args);
  });
  return { makeRoom: () => spy.mockRestore() };
}

describe('on a full disk', () => {
  it('renames nothing, here or in the runtime', async () => {
    const { log, ask, record, sessionName, id } = await openWithAgent();
    fillAfter(log, 0);
    await expect(ask('agent.rename', { id, name: 'new' })).rejects.toBe(full);
    expect([record(id)?.name, sessionName()]).toEqual(['old', 'old']);
  });

  it('keeps a name that was logged, and learns where the agent is now when there is room', async () => {
    const { runtime, log, ask, record, sessionName, id } = await openWithAgent();
    const disk = fillAfter(log, 1);
    await expect(ask('agent.rename', { id, name: 'new' })).rejects.toBe(full);
    expect([record(id)?.name, sessionName()]).toEqual(['new', 'new']);
    disk.makeRoom();
    runtime.emit({ type: 'up' });
    await vi.waitFor(() => expect(record(id)?.attachCommand).toBe('tmux attach -t new'), patience);
  });

  it('takes a name back that the runtime refused', async () => {
    const { runtime, ask, record, id } = await openWithAgent();
    runtime.failure = new Error('no such session');
    await expect(ask('agent.rename', { id, name: 'new' })).rejects.toThrow('no such session');
    expect(record(id)?.name).toBe('old');
  });

  it('stops nothing when that cannot be logged', async () => {
    const { runtime, log, ask, record, id } = await openWithAgent();
    fillAfter(log, 0);
    await expect(ask('agent.stop', { id })).rejects.toBe(full);
    expect([record(id)?.lifecycle, runtime.agents.get(id)?.status]).toEqual(['running', 'running']);
  });

  it('calls no stop a crash whose end could not be logged, but says who stopped it when there is room', async () => {
    const { runtime, log, ask, record, fleet, id } = await openWithAgent();
    const disk = fillAfter(log, 1);
    await expect(ask('agent.stop', { id })).rejects.toBe(full);
    expect(record(id)).toMatchObject({ lifecycle: 'running', lifecycleReason: 'stopping' });
    // The engine is not to blame.
    await vi.waitFor(() => expect(fleet.snapshot().runtimes).toMatchObject([{ status: 'up' }]));
    disk.makeRoom();
    runtime.emit({ type: 'up' });
    await vi.waitFor(() => expect(record(id)?.lifecycle).toBe('stopped'), patience);
    expect(record(id)).toMatchObject({ lifecycleReason: 'stopped by you', unread: false, activity: { reason: null } });
  });

  it('restarts nothing when that cannot be logged', async () => {
    const { runtime, log, ask, id } = await openWithAgent();
    fillAfter(log, 0);
    await expect(ask('agent.restart', { id })).rejects.toBe(full);
    expect(runtime.restarts).toEqual([]);
  });

  it('finds a restart again whose success could not be logged', async () => {
    const { runtime, log, ask, record, id } = await openWithAgent();
    const disk = fillAfter(log, 1);
    await expect(ask('agent.restart', { id })).rejects.toBe(full);
    expect(record(id)?.lifecycle).toBe('provisioning');
    disk.makeRoom();
    runtime.emit({ type: 'up' });
    await vi.waitFor(() => expect(record(id)).toMatchObject({ lifecycle: 'running', pid: 5001 }), patience);
  });

  it('removes nothing when that cannot be logged', async () => {
    const { runtime, log, ask, record, id } = await openWithAgent();
    fillAfter(log, 0);
    await expect(ask('agent.remove', { id, undoMs: 0 })).rejects.toBe(full);
    expect([record(id)?.removeAt, runtime.agents.has(id)]).toEqual([null, true]);
  });

  it('gives who could not undo a removal time to try again', async () => {
    const { runtime, log, ask, record, id } = await openWithAgent();
    await ask('agent.remove', { id, undoMs: 300 });
    const disk = fillAfter(log, 0);
    await expect(ask('agent.undo-remove', { id })).rejects.toBe(full);
    disk.makeRoom();
    const dueAt = record(id)?.removeAt ?? 0;
    await vi.waitFor(() => expect(Date.now()).toBeGreaterThan(dueAt + 100), patience);
    expect(runtime.agents.has(id)).toBe(true);
    expect(await ask('agent.undo-remove', { id })).toMatchObject({ removeAt: null });
  });

  it('types nothing, and keeps the message out of the queue that it told of', async () => {
    const { runtime, log, ask, id } = await openWithAgent();
    fillAfter(log, 0);
    await expect(ask('agent.send', { id, text: 'x' })).rejects.toBe(full);
    expect(runtime.typed).toEqual([]);
    expect((await ask('agent.queue', { id })).messages).toEqual([]);
  });

  it('interrupts all the same: nothing that is kept changes', async () => {
    const { runtime, log, ask, id } = await openWithAgent();
    fillAfter(log, 0);
    await ask('agent.interrupt', { id });
    expect(runtime.typed).toEqual([`${id}:keys:C-c`]);
  });
});

describe('after a hub that ended in the middle of a command', () => {
  /** The next hub, on what the log said after so many events. */
  async function reopen({ runtime, log }: { runtime: FakeRuntime; log: MemoryLog }, upTo: number) {
    return open(runtime, createMemoryLog({ events: log.events.slice(0, upTo) }));
  }

  it('gives the name that was logged', async () => {
    const first = await openWithAgent();
    const before = first.log.events.length;
    await first.ask('agent.rename', { id: first.id, name: 'new' });
    await first.fleet[Symbol.asyncDispose]();
    // As it was before the runtime was asked.
    const handle = first.runtime.agents.get(first.id)?.handle;
    if (handle !== undefined) await first.runtime.renameAgent(handle, 'old');
    const { record } = await reopen(first, before + 1);
    await vi.waitFor(() => expect(first.sessionName()).toBe('new'), patience);
    await vi.waitFor(() => expect(record(first.id)?.attachCommand).toBe('tmux attach -t new'), patience);
  });

  it('says that an agent was stopped whose end came after', async () => {
    const first = await openWithAgent();
    const before = first.log.events.length;
    await first.ask('agent.stop', { id: first.id });
    await first.fleet[Symbol.asyncDispose]();
    const { record } = await reopen(first, before + 1);
    expect(record(first.id)).toMatchObject({ lifecycle: 'stopped', lifecycleReason: 'stopped by you' });
  });

  it('says that an agent runs which was to be stopped and was not', async () => {
    const first = await openWithAgent();
    const before = first.log.events.length;
    await first.ask('agent.stop', { id: first.id });
    await first.fleet[Symbol.asyncDispose]();
    await first.runtime.restartAgent({ runtimeType: 'local', agentId: first.id, data: {} }, { command: ['sleep'] });
    const { record } = await reopen(first, before + 1);
    expect(record(first.id)).toMatchObject({ lifecycle: 'running', lifecycleReason: null });
  });
});

describe('a runtime that hangs', () => {
  it('holds up neither the start nor the others, and its agents are unreachable', async () => {
    const deadline = vi.spyOn(AbortSignal, 'timeout').mockImplementation((ms) => {
      const controller = new AbortController();
      setTimeout(() => controller.abort(new DOMException('late', 'TimeoutError')), ms / 100);
      return controller.signal;
    });
    onTestFinished(() => deadline.mockRestore());
    const first = await openWithAgent();
    await first.fleet[Symbol.asyncDispose]();
    first.runtime.listGate = new Promise(() => undefined);
    const runtimes = fakeRuntimes({ local: first.runtime, other: new FakeRuntime() });
    const fleet = await Fleet.open({ runtimes, providers: { find: () => undefined }, log: first.log });
    onTestFinished(() => fleet[Symbol.asyncDispose]());
    expect(fleet.snapshot().runtimes).toMatchObject([
      { id: 'local', status: 'down' },
      { id: 'other', status: 'up' },
    ]);
    await vi.waitFor(() => expect(fleet.snapshot().agents).toMatchObject([{ lifecycle: 'unreachable' }]));
    first.runtime.listGate = Promise.resolve();
    await vi.waitFor(() => expect(fleet.snapshot().agents).toMatchObject([{ lifecycle: 'running' }]), patience);
  }, 20_000);

  it('is not there: its agents are unreachable, not gone', async () => {
    const first = await openWithAgent();
    await first.fleet[Symbol.asyncDispose]();
    const runtimes = fakeRuntimes({ other: new FakeRuntime() });
    const fleet = await Fleet.open({ runtimes, providers: { find: () => undefined }, log: first.log });
    onTestFinished(() => fleet[Symbol.asyncDispose]());
    expect(fleet.snapshot().agents).toMatchObject([
      { lifecycle: 'unreachable', lifecycleReason: 'the runtime local is not loaded' },
    ]);
  });
});

describe('when the wall clock jumps', () => {
  it.each([
    ['back an hour', -3_600_000],
    ['forward a day', 86_400_000],
  ])(
    '%s, messages and removals go on, and no time lies ahead of another',
    async (_, jump) => {
      const eventually = hastenTime();
      let offset = 0;
      const runtime = new FakeRuntime();
      const log = createMemoryLog();
      const now = () => Date.now() + offset;
      const fleet = await Fleet.open({
        runtimes: fakeRuntimes({ local: runtime }),
        providers: { find: () => undefined },
        log,
        now,
      });
      onTestFinished(() => fleet[Symbol.asyncDispose]());
      const ask = (name: FleetRequestName, params: unknown) =>
        fleet.handle(name, params, { signal: new AbortController().signal, client: 't' });
      const params = { agentId: 'a', aiProvider: 'x', command: ['sleep'], workingDirectory: '/', wait: true };
      await ask('agent.spawn', params);
      const isIn = (state: string) =>
        eventually(() => expect(fleet.snapshot().agents).toMatchObject([{ activity: { state } }]));
      await isIn('unknown');
      runtime.print('a', 'busy\r\n');
      await isIn('working');
      offset = jump;
      await isIn('unknown');
      await ask('agent.send', { id: 'a', text: 'one' });
      await ask('agent.send', { id: 'a', text: 'two' });
      await eventually(() => expect(runtime.typed).toHaveLength(4));
      await ask('agent.remove', { id: 'a', undoMs: 50 });
      await eventually(() => expect(fleet.snapshot().agents).toEqual([]));
      const times = log.events.map(({ at }) => at);
      expect(times).toEqual(times.toSorted((one, other) => one - other));
    },
    30_000,
  );

  it('goes on after a restart from the times that were logged', async () => {
    const eventually = hastenTime();
    const first = await openWithAgent();
    await first.ask('agent.send', { id: first.id, text: 'one' });
    await eventually(() => expect(first.runtime.typed).toHaveLength(2));
    await first.ask('agent.remove', { id: first.id, undoMs: 1_000 });
    await first.fleet[Symbol.asyncDispose]();
    const fleet = await Fleet.open({
      runtimes: fakeRuntimes({ local: first.runtime }),
      providers: { find: () => undefined },
      log: first.log,
      now: () => Date.now() - 3_600_000,
    });
    onTestFinished(() => fleet[Symbol.asyncDispose]());
    await eventually(() => expect(fleet.snapshot().agents).toEqual([]));
    const times = first.log.events.map(({ at }) => at);
    expect(times).toEqual(times.toSorted((one, other) => one - other));
  }, 20_000);
});
