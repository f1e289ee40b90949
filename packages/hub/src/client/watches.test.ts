import { expect, it, onTestFinished, vi } from 'vitest';
import { createAgentRecord } from '../testing/create-agent-record.ts';
import { FakeHub } from '../testing/fake-hub.ts';

const agents = [createAgentRecord({ id: 'a1' })];
const seen = { type: 'agent.seen', id: 'a1' } as const;

it('tells events that were logged while the connection was lost', async () => {
  const hub = new FakeHub({ agents });
  const seqs: number[] = [];
  hub.watchEvents(({ seq }) => seqs.push(seq));
  await vi.waitFor(() => expect(hub.fleet.asked('fleet.events')).toHaveLength(1));
  await hub.request('hub.status', {});
  hub.fleet.emit(seen);
  await vi.waitFor(() => expect(seqs).toEqual([1]));
  hub.lose();
  hub.fleet.emit(seen);
  hub.fleet.emit(seen);
  hub.connect();
  hub.fleet.emit(seen);
  await vi.waitFor(() => expect(seqs).toEqual([1, 2, 3, 4]));
});

it('goes on with a log that was begun anew', async () => {
  const hub = new FakeHub({ agents });
  const seqs: number[] = [];
  hub.watchEvents(({ seq }) => seqs.push(seq));
  await hub.request('hub.status', {});
  hub.fleet.emit(seen);
  hub.fleet.emit(seen);
  await vi.waitFor(() => expect(seqs).toEqual([1, 2]));
  hub.lose();
  const events = [{ seq: 1, at: 5, event: seen }];
  hub.fleet.answer('fleet.events', async ({ since }) => ({
    events: events.filter(({ seq }) => seq > since),
    lastSeq: 1,
  }));
  hub.connect();
  await vi.waitFor(() => expect(seqs).toEqual([1, 2, 1]));
});

it('asks again for the snapshot when the first question failed', async () => {
  vi.useFakeTimers();
  const hub = new FakeHub({ agents });
  const snapshot = vi.fn();
  let questions = 0;
  hub.fleet.answer('fleet.snapshot', async () => {
    questions += 1;
    if (questions === 1) throw new Error('busy');
    return hub.fleet.snapshot();
  });
  hub.watchFleet({ snapshot, delta: vi.fn() });
  await vi.advanceTimersByTimeAsync(2000);
  vi.useRealTimers();
  expect(snapshot).toHaveBeenCalledTimes(1);
});

it('does not show a screen that is older than the last frame', async () => {
  const hub = new FakeHub({ agents });
  const answer = Promise.withResolvers<void>();
  hub.fleet.show('a1', ['old']);
  const old = hub.fleet.frame('a1');
  hub.fleet.answer('agent.capture', async () => {
    await answer.promise;
    return old;
  });
  const shown: string[] = [];
  hub.watchScreen('a1', ({ lines }) => shown.push(lines.join()));
  await vi.waitFor(() => expect(hub.fleet.asked('agent.capture')).toHaveLength(1));
  hub.fleet.show('a1', ['new']);
  answer.resolve();
  await hub.request('hub.status', {});
  expect(shown).toEqual(['new']);
});

it('shows the screen again after the connection came back', async () => {
  const hub = new FakeHub({ agents });
  const shown: string[] = [];
  hub.fleet.show('a1', ['before']);
  hub.watchScreen('a1', ({ lines }) => shown.push(lines.join()));
  await vi.waitFor(() => expect(shown).toEqual(['before']));
  hub.lose();
  hub.fleet.show('a1', ['while it was lost']);
  hub.connect();
  await vi.waitFor(() => expect(shown).toEqual(['before', 'while it was lost']));
});

it('waits for an answer as long as the request itself may take', async () => {
  vi.useFakeTimers();
  const hub = new FakeHub({ agents });
  const answer = hub.request('agent.wait', { id: 'a1', for: { state: 'waiting' } });
  await vi.advanceTimersByTimeAsync(500_000);
  hub.fleet.setActivity('a1', 'waiting');
  vi.useRealTimers();
  expect(await answer).toMatchObject({ matched: true });
});

it('lets the fault of a listener be seen, and goes on telling', async () => {
  const faults: unknown[] = [];
  const others = process.listeners('uncaughtException');
  process.removeAllListeners('uncaughtException').on('uncaughtException', (fault) => faults.push(fault));
  onTestFinished(() => {
    process.removeAllListeners('uncaughtException');
    for (const listener of others) process.on('uncaughtException', listener);
  });
  const hub = new FakeHub({ agents });
  const delta = vi.fn();
  hub.watchFleet({
    snapshot: () => {
      throw new Error('mine');
    },
    delta,
  });
  await vi.waitFor(() => expect(faults).toEqual([new Error('mine')]));
  hub.fleet.setActivity('a1', 'waiting');
  await vi.waitFor(() => expect(delta).toHaveBeenCalledTimes(1));
  expect(hub.fleet.asked('fleet.snapshot')).toHaveLength(1);
});
