import { describe, expect, it, vi } from 'vitest';
import type { ConnectionState } from '../client/connection-state.ts';
import { carriers, openServer } from '../testing/open-server.ts';
import type { IpcRequest } from './request.ts';

const echo = async ({ payload }: IpcRequest): Promise<unknown> => payload;
/** Settles when its caller gives up. */
const hang = ({ signal }: IpcRequest): Promise<never> =>
  new Promise((_resolve, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason), { once: true });
  });

describe.each(carriers)('requests over %s', (carrier) => {
  it('answer with what the handler returned, bytes and text unharmed', async () => {
    const { connect } = await openServer(carrier, { handle: echo });
    const client = await connect();
    const payload = {
      text: 'zażółć 🐝 \n\u0000"',
      bytes: Buffer.from([0, 255, 10]),
      list: [1.5, -1, null, true],
      nested: { $bytes: 'no' },
    };
    expect(await client.request('echo', payload)).toEqual(payload);
  });

  it('may be many at once, and are answered each by its own answer', async () => {
    const { connect } = await openServer(carrier, { handle: echo });
    const client = await connect();
    const numbers = Array.from({ length: 500 }, (_, number) => number);
    expect(await Promise.all(numbers.map((number) => client.request('echo', { number })))).toEqual(
      numbers.map((number) => ({ number })),
    );
  });

  it('reject with what the handler threw: code, message, hint, reason', async () => {
    const failure = Object.assign(new Error('No agent "x".'), {
      code: 'agent-not-found',
      hint: 'Look at ls.',
      reason: 'gone',
    });
    const { connect } = await openServer(carrier, { handle: () => Promise.reject(failure) });
    const client = await connect();
    await expect(client.request('agent.kill')).rejects.toMatchObject({
      code: 'refused',
      message: 'No agent "x".',
      hint: 'Look at ls.',
      remote: { code: 'agent-not-found', hint: 'Look at ls.', reason: 'gone' },
    });
  });

  it('survive a handler that throws at once, and an answer that cannot be written', async () => {
    const cycle: { self?: unknown } = {};
    cycle.self = cycle;
    const { connect } = await openServer(carrier, {
      handle: async ({ type }) => {
        if (type === 'throw') throw new TypeError('a bug');
        return type === 'unwritable' ? { code: 1n << 80n, cycle } : 'fine';
      },
    });
    const client = await connect();
    await expect(client.request('throw')).rejects.toMatchObject({ code: 'refused', remote: { code: 'internal' } });
    await expect(client.request('unwritable')).rejects.toMatchObject({ code: 'refused', remote: { code: 'internal' } });
    expect(await client.request('other')).toBe('fine');
  });

  it('abort the handler when the caller cancels, and reject with its reason', async () => {
    const handle = vi.fn(hang);
    const { connect } = await openServer(carrier, { handle });
    const client = await connect();
    const controller = new AbortController();
    const answer = client.request('wait', {}, { signal: controller.signal });
    await vi.waitFor(() => expect(handle).toHaveBeenCalled());
    controller.abort(new Error('changed my mind'));
    await expect(answer).rejects.toThrow('changed my mind');
    await vi.waitFor(() => expect(handle.mock.lastCall?.[0].signal.aborted).toBe(true));
  });

  it('are not sent when the signal has fired before', async () => {
    const handle = vi.fn(echo);
    const { connect } = await openServer(carrier, { handle });
    const client = await connect();
    await expect(client.request('wait', {}, { signal: AbortSignal.abort(new Error('early')) })).rejects.toThrow(
      'early',
    );
    await client.request('other');
    expect(handle).toHaveBeenCalledTimes(1);
  });

  it('time out, and tell the handler', async () => {
    const handle = vi.fn(hang);
    const { connect } = await openServer(carrier, { handle });
    const client = await connect();
    await expect(client.request('wait', {}, { timeoutMs: 20 })).rejects.toMatchObject({ code: 'timed-out' });
    await vi.waitFor(() => expect(handle.mock.lastCall?.[0].signal.aborted).toBe(true));
  });

  it('abort their handlers when the client goes away', async () => {
    const handle = vi.fn(hang);
    const { server, connect } = await openServer(carrier, { handle });
    const client = await connect();
    const answer = client.request('wait');
    answer.catch(() => undefined);
    await vi.waitFor(() => expect(handle).toHaveBeenCalled());
    await client[Symbol.asyncDispose]();
    await expect(answer).rejects.toMatchObject({ code: 'connection-lost' });
    await vi.waitFor(() => expect(handle.mock.lastCall?.[0].signal.aborted).toBe(true));
    await vi.waitFor(() => expect(server.clientCount).toBe(0));
  });

  it('are bounded per client, and work again when some are answered', async () => {
    const { connect } = await openServer(carrier, { handle: hang, limits: { requestsInFlight: 2 } });
    const client = await connect();
    const controller = new AbortController();
    const held = [1, 2].map(() => client.request('wait', {}, { signal: controller.signal }).catch(() => 'cancelled'));
    await expect(client.request('wait')).rejects.toMatchObject({ remote: { code: 'RATE_LIMIT_EXCEEDED' } });
    controller.abort();
    expect(await Promise.all(held)).toEqual(['cancelled', 'cancelled']);
    await vi.waitFor(() =>
      expect(client.request('wait', {}, { timeoutMs: 20 })).rejects.toMatchObject({ code: 'timed-out' }),
    );
  });

  it('above the size limit are refused here, answers above it there', async () => {
    const { connect } = await openServer(carrier, {
      handle: async ({ type }) => 'x'.repeat(type === 'big' ? 100_000 : 1),
      limits: { frameBytes: 50_000 },
    });
    const client = await connect({ limits: { frameBytes: 50_000 } });
    await expect(client.request('small', 'x'.repeat(60_000))).rejects.toMatchObject({ code: 'too-large' });
    await expect(client.request('big')).rejects.toMatchObject({ remote: { code: 'too-large' } });
    expect(await client.request('small')).toBe('x');
  });

  it.each(['response', 'subscribe', 'server_closing'])('may not be called %s', async (type) => {
    const { connect } = await openServer(carrier, { handle: echo });
    await expect((await connect()).request(type)).rejects.toMatchObject({ code: 'reserved-subject' });
  });
});

describe.each(carriers)('subscriptions over %s', (carrier) => {
  it('get what is published on the subject or the prefix, in order, until they end', async () => {
    const { server, connect } = await openServer(carrier, { handle: echo });
    const client = await connect();
    const exact = vi.fn();
    const prefix = vi.fn();
    const stop = client.subscribe('screen.a1', exact);
    client.subscribe('screen.*', prefix);
    await client.request('sync');
    server.publish('screen.a1', { rows: 1 });
    server.publish('screen.a2', { rows: 2, data: Buffer.from('x') });
    await vi.waitFor(() => expect(prefix).toHaveBeenCalledTimes(2));
    stop();
    stop();
    await client.request('sync');
    server.publish('screen.a1', { rows: 3 });
    await vi.waitFor(() => expect(prefix).toHaveBeenCalledTimes(3));
    expect(exact.mock.calls).toEqual([[{ rows: 1 }, 'screen.a1']]);
    expect(prefix.mock.calls.map(([payload]) => payload)).toEqual([
      { rows: 1 },
      { rows: 2, data: Buffer.from('x') },
      { rows: 3 },
    ]);
  });

  it('tell the server the first and the last interest of all clients', async () => {
    const onInterest = vi.fn();
    const { server, connect } = await openServer(carrier, { handle: echo, onInterest });
    const [first, second] = [await connect(), await connect()];
    const stop = first.subscribe('output.a1', () => undefined);
    second.subscribe('output.a1', () => undefined);
    await Promise.all([first.request('sync'), second.request('sync')]);
    expect(server.hasSubscribers('output.a1')).toBe(true);
    stop();
    await first.request('sync');
    expect(onInterest.mock.calls).toEqual([['output.a1', true]]);
    await second[Symbol.asyncDispose]();
    await vi.waitFor(() => expect(onInterest).toHaveBeenLastCalledWith('output.a1', false));
    expect(server.hasSubscribers('output.a1')).toBe(false);
  });

  it('are by pattern, token by token', async () => {
    const { server, connect } = await openServer(carrier, { handle: echo });
    const client = await connect();
    const heard = vi.fn();
    for (const pattern of ['team.*.done', 'log.>', 'buffer_*']) client.subscribe(pattern, heard);
    await client.request('sync');
    for (const subject of ['team.build.done', 'team.build', 'log', 'log.a.b', 'buffer_x', 'end.none']) {
      server.publish(subject, 0);
    }
    client.subscribe('end', heard);
    await client.request('sync');
    server.publish('end', 0);
    await vi.waitFor(() =>
      expect(heard.mock.calls.map(([, subject]) => subject)).toEqual(['team.build.done', 'log.a.b', 'buffer_x', 'end']),
    );
  });

  it('hear nothing more once they are stopped, though it is by a listener of the same message', async () => {
    const { server, connect } = await openServer(carrier, { handle: echo });
    const client = await connect();
    const stopped = vi.fn();
    const heard = vi.fn();
    client.subscribe('a', () => stop());
    const stop = client.subscribe('a', stopped);
    client.subscribe('a', heard);
    await client.request('sync');
    server.publish('a', 1);
    await vi.waitFor(() => expect(heard).toHaveBeenCalledOnce());
    expect(stopped).not.toHaveBeenCalled();
  });

  it('of one process share one subscription, and one that throws disturbs no other', async () => {
    const { server, connect } = await openServer(carrier, { handle: echo });
    const client = await connect();
    const listener = vi.fn();
    client.subscribe('a', () => {
      throw new Error('a bug of a listener');
    });
    client.subscribe('a', listener);
    await client.request('sync');
    server.publish('a', 1);
    server.publish('a', 2);
    await vi.waitFor(() =>
      expect(listener.mock.calls).toEqual([
        [1, 'a'],
        [2, 'a'],
      ]),
    );
  });

  it('are bounded per client', async () => {
    const onInterest = vi.fn();
    const { connect } = await openServer(carrier, { handle: echo, onInterest, limits: { subscriptions: 2 } });
    const client = await connect();
    for (const subject of ['a', 'b', 'c', 'd']) client.subscribe(subject, () => undefined);
    await client.request('sync');
    expect(onInterest.mock.calls.map(([subject]) => subject)).toEqual(['a', 'b']);
  });

  it('are told about a message that is too large for any frame', async () => {
    const { server, connect } = await openServer(carrier, { handle: echo, limits: { frameBytes: 1000 } });
    const client = await connect();
    const onLagged = vi.fn();
    client.onLagged(onLagged);
    client.subscribe('a', () => undefined);
    await client.request('sync');
    server.publish('a', 'x'.repeat(2000));
    await vi.waitFor(() => expect(onLagged.mock.calls).toEqual([[{ subject: 'a', dropped: 1 }]]));
  });

  it('may not be on a name of the protocol', async () => {
    const { server, connect } = await openServer(carrier, { handle: echo });
    const client = await connect();
    expect(() => client.subscribe('response', () => undefined)).toThrow(
      expect.objectContaining({ code: 'reserved-subject' }),
    );
    expect(() => server.publish('lagged', {})).toThrow(expect.objectContaining({ code: 'reserved-subject' }));
  });
});

describe.each(carriers)('closing over %s', (carrier) => {
  it('lets the server finish what it works on and say why it goes', async () => {
    const gate = Promise.withResolvers<string>();
    const handle = vi.fn(() => gate.promise);
    const { server, connect } = await openServer(carrier, { handle });
    const client = await connect();
    const states: ConnectionState[] = [];
    client.onConnection((state) => states.push(state));
    const answer = client.request('last');
    await vi.waitFor(() => expect(handle).toHaveBeenCalled());
    const closing = server.close('replaced');
    gate.resolve('done');
    expect(await answer).toBe('done');
    await closing;
    await vi.waitFor(() => expect(states[0]).toMatchObject({ state: 'lost', reason: 'replaced' }));
    await expect(client.request('more')).rejects.toMatchObject({ code: 'not-connected' });
  });

  it('gives up requests that do not end', async () => {
    const handle = vi.fn(hang);
    const { server, connect } = await openServer(carrier, { handle, limits: { drainMs: 50 } });
    const client = await connect();
    const answer = client.request('wait');
    answer.catch(() => undefined);
    await vi.waitFor(() => expect(handle).toHaveBeenCalled());
    await server.close();
    expect(handle.mock.lastCall?.[0].signal.aborted).toBe(true);
    await expect(answer).rejects.toMatchObject({ code: expect.stringMatching(/connection-lost|refused/) });
  });

  it('is harmless twice, at both ends', async () => {
    const { server, connect } = await openServer(carrier, { handle: echo });
    const client = await connect();
    await Promise.all([client[Symbol.asyncDispose](), client[Symbol.asyncDispose]()]);
    await client[Symbol.asyncDispose]();
    expect(client.connection.state).toBe('closed');
    await expect(client.request('echo')).rejects.toMatchObject({ code: 'closed' });
    await Promise.all([server.close(), server[Symbol.asyncDispose]()]);
  });

  it('closes for good when the client is not to reconnect', async () => {
    const { server, connect } = await openServer(carrier, { handle: echo });
    const client = await connect({ reconnect: false });
    await server.close('stopped');
    await vi.waitFor(() => expect(client.connection).toEqual({ state: 'closed', reason: 'stopped' }));
  });
});

it('encodes a published body once for all subscribers, and not at all without any', async () => {
  const { server, connect } = await openServer('json-lines', { handle: echo });
  const toJSON = vi.fn(() => 'body');
  server.publish('a', { toJSON });
  expect(toJSON).not.toHaveBeenCalled();
  const heard = vi.fn();
  for (const client of [await connect(), await connect(), await connect()]) {
    client.subscribe('a', heard);
    await client.request('sync');
  }
  server.publish('a', { toJSON });
  await vi.waitFor(() => expect(heard).toHaveBeenCalledTimes(3));
  expect(toJSON).toHaveBeenCalledTimes(1);
});
