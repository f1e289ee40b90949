import { createAgentRecord, FakeHub } from '@swarm-tui/hub/testing';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { LateHub } from './late-hub.ts';

function lateHub() {
  const arrival = Promise.withResolvers<FakeHub>();
  const late = new LateHub({ connect: () => arrival.promise });
  onTestFinished(() => late[Symbol.asyncDispose]());
  return { late, arrival, hub: new FakeHub({ agents: [createAgentRecord({ id: 'one' })] }) };
}

describe('LateHub', () => {
  it('takes subscriptions before there is a hub and makes them when it comes', async () => {
    const { late, arrival, hub } = lateHub();
    const snapshots: number[] = [];
    late.watchFleet({ snapshot: ({ agents }) => snapshots.push(agents.length), delta: () => {} });
    expect(late.connection).toEqual({ state: 'connecting' });
    expect(late.hasFleet).toBe(false);
    arrival.resolve(hub);
    await vi.waitFor(() => expect(snapshots).toEqual([1]));
    expect(late.connection.state).toBe('connected');
  });

  it('asks for the fleet before anybody watches it, and hands over what has come', async () => {
    const { late, arrival, hub } = lateHub();
    arrival.resolve(hub);
    await late.arrival();
    // answered in order: the snapshot was asked for before
    await late.request('fleet.snapshot', {});
    hub.fleet.put(createAgentRecord({ id: 'two' }));
    await late.request('fleet.snapshot', {});
    expect(late.hasFleet).toBe(true);
    const news: string[] = [];
    const stop = late.watchFleet({
      snapshot: ({ agents }) => news.push(`${agents.length} agents`),
      delta: ({ changes }) => news.push(`${changes.length} changes`),
    });
    expect(news).toEqual(['1 agents', '1 changes']);
    hub.lose();
    hub.connect();
    await vi.waitFor(() => expect(news.at(-1)).toBe('2 agents'));
    stop();
    hub.fleet.put(createAgentRecord({ id: 'three' }));
    await late.request('fleet.snapshot', {});
    expect(news.at(-1)).toBe('2 agents');
  });

  it('forgets a subscription that ended before the hub came', async () => {
    const { late, arrival, hub } = lateHub();
    const seen = vi.fn();
    late.watchFleet({ snapshot: seen, delta: seen })();
    arrival.resolve(hub);
    await late.request('fleet.snapshot', {});
    expect(seen).not.toHaveBeenCalled();
  });

  it('lets requests wait, and lets them go when their caller gives up', async () => {
    const { late, arrival, hub } = lateHub();
    const abort = new AbortController();
    const abandoned = late.request('fleet.snapshot', {}, { signal: abort.signal });
    const waiting = late.request('fleet.snapshot', {});
    abort.abort(new Error('never mind'));
    await expect(abandoned).rejects.toThrow('never mind');
    arrival.resolve(hub);
    expect((await waiting).agents).toHaveLength(1);
  });

  it('tries again after a failure, at once when asked', async () => {
    const hub = new FakeHub();
    const failures: unknown[] = [];
    let tries = 0;
    const connect = () => (++tries === 1 ? Promise.reject(new Error('no hub')) : Promise.resolve(hub));
    const late = new LateHub({ connect, onFailure: (error) => failures.push(error), now: () => 1000 });
    onTestFinished(() => late[Symbol.asyncDispose]());
    await vi.waitFor(() => expect(late.connection).toEqual({ state: 'lost', since: 1000, retryAt: 1500 }));
    late.reconnectNow();
    await vi.waitFor(() => expect(late.connection.state).toBe('connected'));
    expect(failures).toHaveLength(1);
  });

  it('rejects what waits when it is disposed, and twice is fine', async () => {
    const late = new LateHub({ connect: () => new Promise(() => {}) });
    const waiting = late.request('fleet.snapshot', {});
    await Promise.all([late[Symbol.asyncDispose](), expect(waiting).rejects.toThrow(/closed/)]);
    await late[Symbol.asyncDispose]();
  });
});
