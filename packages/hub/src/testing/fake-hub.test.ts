import { expect, it, vi } from 'vitest';
import { createAgentRecord } from './create-agent-record.ts';
import { FakeHub } from './fake-hub.ts';
import { describeHubConnectionContract } from './hub-connection-contract.ts';

describeHubConnectionContract('FakeHub', async () => {
  const hub = new FakeHub();
  return { hub, fleet: hub.fleet, [Symbol.asyncDispose]: () => hub[Symbol.asyncDispose]() };
});

it('tells a new snapshot after the connection was lost and mended', async () => {
  const hub = new FakeHub({ agents: [createAgentRecord({ id: 'a1' })], now: () => 1000 });
  const states: string[] = [];
  const listener = { snapshot: vi.fn(), delta: vi.fn() };
  hub.onConnection(({ state }) => states.push(state));
  hub.watchFleet(listener);
  await vi.waitFor(() => expect(listener.snapshot).toHaveBeenCalledTimes(1));

  hub.lose(4000);
  expect(hub.connection).toEqual({ state: 'lost', since: 1000, retryAt: 5000 });
  await expect(hub.request('agent.seen', { id: 'a1' })).rejects.toMatchObject({ code: 'hub-unreachable' });
  hub.fleet.patch('a1', { text: 'while it was lost' });
  expect(listener.delta).not.toHaveBeenCalled();

  hub.connect();
  await vi.waitFor(() => expect(listener.snapshot).toHaveBeenCalledTimes(2));
  expect(listener.snapshot).toHaveBeenLastCalledWith(
    expect.objectContaining({ agents: [expect.objectContaining({ text: 'while it was lost' })] }),
  );
  expect(states).toEqual(['lost', 'connected']);
});

it('answers nothing before connect() when it starts as connecting', async () => {
  const hub = new FakeHub({ start: 'connecting' });
  const snapshot = vi.fn();
  hub.watchFleet({ snapshot, delta: vi.fn() });
  await expect(hub.request('hub.status', {})).rejects.toMatchObject({ code: 'hub-unreachable' });
  expect(snapshot).not.toHaveBeenCalled();
  hub.connect();
  await vi.waitFor(() => expect(snapshot).toHaveBeenCalledTimes(1));
});

it('settles agent.wait when the script brings the agent to the state', async () => {
  const hub = new FakeHub({ agents: [createAgentRecord({ id: 'a1' })] });
  const answer = hub.request('agent.wait', { id: 'a1', for: { state: 'waiting' } });
  await vi.waitFor(() => expect(hub.fleet.asked('agent.wait')).toHaveLength(1));
  hub.fleet.setActivity('a1', 'waiting', { reason: 'permission' });
  expect(await answer).toMatchObject({ matched: true, agent: { activity: { reason: 'permission' } } });
});
