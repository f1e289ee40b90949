import { describe, expect, it, onTestFinished, vi } from 'vitest';
import type { RequestName, RequestParams, RequestResult } from '../protocol/requests.ts';
import type { FleetRequestName } from '../server/fleet-service.ts';
import { FakeRuntime } from '@swarm-tui/core/testing';
import { fakeRuntimes } from '../testing/fake-runtimes.ts';
import { createMemoryLog } from '../testing/memory-log.ts';
import { Fleet } from './fleet.ts';

async function openWithAgent() {
  const runtime = new FakeRuntime();
  const log = createMemoryLog();
  const fleet = await Fleet.open({
    runtimes: fakeRuntimes({ local: runtime }),
    providers: { find: () => undefined },
    log,
  });
  onTestFinished(() => fleet[Symbol.asyncDispose]());
  const ask = <K extends RequestName>(name: K, params: RequestParams<K>, signal = new AbortController().signal) =>
    fleet.handle(name as FleetRequestName, params, { signal, client: 't' }) as Promise<RequestResult<K>>;
  const agent = { aiProvider: 'x', command: ['sleep'], workingDirectory: '/', name: 'h1', wait: true };
  const { id } = await ask('agent.spawn', agent);
  const record = () => fleet.snapshot().agents.find((each) => each.id === id);
  return { runtime, log, ask, id, record };
}

/** As tmux under SIGSTOP: takes every question and answers none, until it goes on. */
function silence(runtime: FakeRuntime) {
  const { promise, resolve } = Promise.withResolvers<void>();
  runtime.listGate = promise;
  const ping = vi.spyOn(runtime, 'ping').mockImplementation(() => promise);
  const ends = [vi.spyOn(runtime, 'stopAgent'), vi.spyOn(runtime, 'killAgent'), vi.spyOn(runtime, 'restartAgent')];
  const goOn = () => {
    ping.mockRestore();
    resolve();
  };
  return { goOn, called: () => ends.reduce((sum, { mock }) => sum + mock.calls.length, 0) };
}

function endTimeouts() {
  const deadline = new AbortController();
  const timeout = vi.spyOn(AbortSignal, 'timeout').mockReturnValue(deadline.signal);
  onTestFinished(() => timeout.mockRestore());
  return () => deadline.abort(new DOMException('late', 'TimeoutError'));
}

const commands = [
  ['agent.stop', {}],
  ['agent.restart', {}],
  ['agent.remove', { undoMs: 0 }],
] as const;

describe.each(commands)('%s on an engine that does not answer', (name, more) => {
  it('is refused after a time, names the engine, and is not done later', async () => {
    const { runtime, ask, id, record } = await openWithAgent();
    const { goOn, called } = silence(runtime);
    const end = endTimeouts();
    const asked = ask(name, { id, ...more });
    setImmediate(end);
    await expect(asked).rejects.toMatchObject({
      code: 'timed-out',
      message: expect.stringMatching(/engine of "h1" \(local\)/),
      hint: expect.stringContaining('doctor'),
    });
    goOn();
    await vi.waitFor(() => expect(record()).toMatchObject({ removeAt: null }));
    expect(called()).toBe(0);
    expect(record()?.lifecycleReason).not.toBe('stopping');
  });

  it('is given up with its client', async () => {
    const { runtime, ask, id, record } = await openWithAgent();
    const { goOn, called } = silence(runtime);
    const client = new AbortController();
    const asked = ask(name, { id, ...more }, client.signal);
    setImmediate(() => client.abort());
    await expect(asked).rejects.toMatchObject({ name: 'AbortError' });
    goOn();
    // The agent's lock is free again: what comes next is done.
    await ask('agent.rename', { id, name: 'h2' });
    expect(called()).toBe(0);
    expect(record()).toMatchObject({ name: 'h2', lifecycle: 'running', removeAt: null });
  });

  it('is refused at once where the agent is known to be unreachable', async () => {
    const { runtime, ask, id, record } = await openWithAgent();
    runtime.failure = new Error('no server');
    runtime.emit({ type: 'down', reason: 'connection closed' });
    await vi.waitFor(() => expect(record()?.lifecycle).toBe('unreachable'));
    await expect(ask(name, { id, ...more })).rejects.toMatchObject({
      code: 'runtime-failed',
      reason: 'engine-unavailable',
    });
  });
});

it('ends the wait for an agent that takes no end', async () => {
  const { runtime, ask, id } = await openWithAgent();
  const stop = vi.spyOn(runtime, 'stopAgent').mockReturnValue(new Promise(() => undefined));
  const end = endTimeouts();
  const asked = ask('agent.stop', { id });
  await vi.waitFor(() => expect(stop).toHaveBeenCalled());
  end();
  await expect(asked).rejects.toMatchObject({ code: 'timed-out' });
});
