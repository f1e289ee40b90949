import type { Encoding, Envelope, PresenceEvent } from '@swarm-tui/ipc';
import { describe, expect, it, vi } from 'vitest';
import { ClientWorld, take } from './client-world.ts';

const encodings: readonly Encoding[] = ['binary', 'json-lines'];
const wait = { timeout: 20_000 };
const payloadOf = ({ payload }: Envelope): unknown => payload;

describe.each(encodings)('a client of a daemon over %s', (encoding) => {
  it('publishes to those who subscribed, in order, to all or to one', async () => {
    const world = await ClientWorld.start(encoding);
    const [one, two, sender] = await Promise.all([world.connect(), world.connect(), world.connect()]);
    const subscriptions = [one.subscribe('team.>'), two.subscribe(['team.*', 'other.a'])];
    await Promise.all(subscriptions.map(({ ready }) => ready));
    for (let number = 0; number < 100; number++) await sender.publish('team.build', { number });
    await sender.publish('team.secret', 'for one', { to: one.clientId });
    await sender.publish('team.end', 'for all');
    const [first, second] = await Promise.all(subscriptions.map((messages) => take(messages, 101)));
    const numbers = Array.from({ length: 100 }, (_, number) => ({ number }));
    expect(first?.map(payloadOf)).toEqual([...numbers, 'for one']);
    expect(second?.map(payloadOf)).toEqual([...numbers, 'for all']);
    expect(first?.[0]).toMatchObject({ type: 'team.build', from: sender.clientId });
  });

  it('checks and types what belongs to the protocol', async () => {
    const world = await ClientWorld.start(encoding);
    const client = await world.connect();
    const progress = client.subscribe('buffer_taskspace_progress');
    await progress.ready;
    const payload = { taskspace_id: 'ts-1', message: 'half', category: 'info' } as const;
    expect(await client.publishDurable('buffer_taskspace_progress', payload)).toEqual({
      stream: 'ts-1',
      seq: 1,
      duplicate: false,
    });
    const { value } = await progress.next();
    expect([value?.payload.message, value?.stream, value?.seq]).toEqual(['half', 'ts-1', 1]);
    const { messages, replay_timestamp } = await client.request('buffer_replay', { taskspace_id: 'ts-1' });
    expect(messages.map(({ id }) => id)).toEqual([value?.id]);
    const acknowledged = client.request('buffer_acknowledge', { taskspace_id: 'ts-1', replay_timestamp });
    expect(await acknowledged).toEqual({ acknowledged: 1 });
  });

  it('keeps a message of one id once', async () => {
    const client = await (await ClientWorld.start(encoding)).connect();
    const publish = () => client.publishDurable('buffer.jobs.add', 1, { id: 'mine' });
    const [first, same] = await Promise.all([publish(), publish()]);
    expect([first?.duplicate, same?.seq]).toEqual([false, 1]);
    expect(await publish()).toEqual({ stream: 'jobs', seq: 1, duplicate: true });
  });

  it('takes requests to one service of many, and their refusals back', async () => {
    const world = await ClientWorld.start(encoding);
    const [one, two, asker] = await Promise.all([world.connect(), world.connect(), world.connect()]);
    const served = vi.fn();
    const services = [one, two].map((client, index) =>
      client.respond('math.*', ({ payload, type }) => {
        served(index);
        if (type === 'math.half') throw Object.assign(new Error('not today'), { code: 'lazy', hint: 'Come back.' });
        return Number(payload) * 2;
      }),
    );
    await Promise.all(services.map(({ ready }) => ready));
    const answers = await Promise.all(Array.from({ length: 20 }, (_, number) => asker.request('math.double', number)));
    expect(answers).toEqual(Array.from({ length: 20 }, (_, number) => number * 2));
    expect(new Set(served.mock.calls.flat())).toEqual(new Set([0, 1]));
    expect(served).toHaveBeenCalledTimes(20);
    await expect(asker.request('math.half', 1)).rejects.toMatchObject({
      code: 'refused',
      message: 'not today',
      remote: { code: 'lazy', hint: 'Come back.' },
    });
    await Promise.all(services.map((service) => service[Symbol.asyncDispose]()));
    await expect(asker.request('math.double', 1)).rejects.toMatchObject({ remote: { code: 'NO_RESPONDERS' } });
  });

  it('tells a service that nobody waits any longer', async () => {
    const world = await ClientWorld.start(encoding);
    const [server, asker] = await Promise.all([world.connect(), world.connect()]);
    const signals: AbortSignal[] = [];
    const service = server.respond('slow.work', async (_request, { signal }) => {
      signals.push(signal);
      return new Promise<never>(() => undefined);
    });
    await service.ready;
    await expect(asker.request('slow.work', {}, { timeoutMs: 50 })).rejects.toMatchObject({ code: 'timed-out' });
    await vi.waitFor(() => expect(signals[0]?.aborted).toBe(true), wait);
    const controller = new AbortController();
    const answer = asker.request('slow.work', {}, { signal: controller.signal });
    await vi.waitFor(() => expect(signals).toHaveLength(2), wait);
    controller.abort(new Error('enough'));
    await expect(answer).rejects.toThrow('enough');
    await vi.waitFor(() => expect(signals[1]?.aborted).toBe(true), wait);
    const lost = asker.request('slow.work');
    lost.catch(() => undefined);
    await vi.waitFor(() => expect(signals).toHaveLength(3), wait);
    await world.killDaemon();
    await expect(lost).rejects.toMatchObject({ code: 'connection-lost' });
    await vi.waitFor(() => expect(signals[2]?.aborted).toBe(true), wait);
  });

  it('says again what it is at each connection, and tells who comes and goes', async () => {
    const world = await ClientWorld.start(encoding);
    const watcher = await world.connect();
    const events: PresenceEvent[] = [];
    watcher.onPresence((event) => events.push(event));
    const agent = await world.connect({ register: { client_type: 'agent', taskspace_id: 'ts-1' } });
    const named = agent.clientId;
    expect(named).toMatch(/^agent_/);
    await vi.waitFor(() => expect(events.map(({ type }) => type)).toContain('client_connected'), wait);
    await world.killDaemon();
    await world.startDaemon();
    await vi.waitFor(() => expect(agent.clientId).not.toBe(named), wait);
    await vi.waitFor(() => expect(agent.connection.state).toBe('connected'), wait);
    await vi.waitFor(() => expect(watcher.connection.state).toBe('connected'), wait);
    const { clients } = await watcher.request('client_list', {});
    expect(clients).toMatchObject([{ client_id: agent.clientId, client_type: 'agent', taskspace_id: 'ts-1' }]);
    await agent[Symbol.asyncDispose]();
    const left = { type: 'client_disconnected', payload: { client_id: agent.clientId } };
    await vi.waitFor(() => expect(events.at(-1)).toMatchObject(left), wait);
  });

  it('tells what it may not do', async () => {
    const world = await ClientWorld.start(encoding);
    const client = await world.connect({ register: { client_type: 'ide' } });
    const subscription = client.subscribe('no_such_type');
    await expect(subscription.ready).rejects.toMatchObject({
      code: 'refused',
      message: expect.stringContaining('no_such_type'),
    });
    await expect(subscription.next()).rejects.toMatchObject({ code: 'refused' });
    const payload = { taskspace_id: 'ts-1', message: 'x', category: 'info' } as const;
    await expect(client.publishDurable('buffer_taskspace_progress', payload)).rejects.toMatchObject({
      remote: { code: 'AUTHENTICATION_FAILED' },
    });
    const refused = vi.fn();
    client.onRefused(refused);
    await client.publish('a.b', 1, { to: 'nobody' });
    await vi.waitFor(() => expect(refused.mock.lastCall?.[0]).toMatchObject({ error_code: 'CLIENT_NOT_FOUND' }), wait);
  });

  it('refuses subscriptions that it could not tell apart', async () => {
    const client = await (await ClientWorld.start(encoding)).connect();
    const durable = client.subscribe('buffer.jobs.>', { durable: 'one' });
    const overlap = expect.objectContaining({ code: 'subscription-overlap', hint: expect.stringContaining('client') });
    for (const open of [
      () => client.subscribe('>'),
      () => client.subscribe('buffer.jobs.add', { durable: 'two' }),
      () => client.respond('buffer.*.add', () => 1),
    ])
      expect(open).toThrow(overlap);
    // Another stream, another subject, and the same again when the first has gone.
    client.subscribe('buffer.*.add', { durable: 'one', stream: 'other' });
    client.subscribe('team.>');
    client.subscribe('team.a');
    await durable[Symbol.asyncDispose]();
    client.subscribe('buffer.jobs.add', { durable: 'two' });
  });

  it('goes on after each listener call has settled', async () => {
    const world = await ClientWorld.start(encoding);
    const client = await world.connect();
    const order: string[] = [];
    const gate = Promise.withResolvers<void>();
    const subscription = client.listen('a.*', async ({ payload }) => {
      order.push(`begin ${String(payload)}`);
      if (payload === 1) await gate.promise;
      order.push(`end ${String(payload)}`);
      if (payload === 2) throw new Error('listener');
    });
    await subscription.ready;
    for (const number of [1, 2, 3]) await client.publish('a.b', number);
    await vi.waitFor(() => expect(order).toEqual(['begin 1']), wait);
    gate.resolve();
    await vi.waitFor(() => expect(order.slice(1)).toEqual(['end 1', 'begin 2', 'end 2', 'begin 3', 'end 3']), wait);
    await subscription[Symbol.asyncDispose]();
    await client.publish('a.b', 4);
    await client.request('status_request', {});
    expect(order).toHaveLength(6);
  });
});
