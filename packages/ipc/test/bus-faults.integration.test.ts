import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it, onTestFinished, vi } from 'vitest';
import type { Bus, BusConsumer, DurableMessage } from '../src/bus/bus.ts';
import { connectNatsBus, type NatsBusOptions } from '../src/bus/nats/index.ts';
import { CutProxy } from './cut-proxy.ts';
import { describeNats, NatsServer } from './nats-server.ts';

const reconnect = { initialMs: 20, maxMs: 200 };
const unlimited = { messagesPerStream: 1_000_000 };
const patient = { timeout: 30_000 };

async function start(): Promise<NatsServer> {
  const server = await NatsServer.start();
  onTestFinished(() => server[Symbol.asyncDispose]());
  return server;
}

async function join(servers: string, options: Partial<NatsBusOptions> = {}): Promise<Bus> {
  const bus = await connectNatsBus({
    servers,
    reconnect,
    limits: unlimited,
    heartbeat: { intervalMs: 300, timeoutMs: 900 },
    ...options,
  });
  onTestFinished(() => bus[Symbol.asyncDispose]());
  return bus;
}

async function link(server: NatsServer): Promise<CutProxy> {
  const proxy = await CutProxy.start(server.address);
  onTestFinished(() => proxy[Symbol.asyncDispose]());
  return proxy;
}

/** Publishes numbered messages, some at a time, some twice, until it is stopped and all are confirmed. Gives their number. */
function publishUntilStopped(bus: Bus): () => Promise<number> {
  let isStopped = false;
  const publish = (index: number) => bus.publish('buffer.s.x', index, { id: `id-${index}` });
  const publishing = (async () => {
    let count = 0;
    for (; !isStopped; count += 10) {
      const first = count;
      await Promise.all(Array.from({ length: 10 }, (_, offset) => publish(first + offset)));
      if (count % 100 === 0) await publish(count);
      await sleep(2);
    }
    await bus.publish('buffer.s.x', 'end');
    return count;
  })();
  return async () => {
    isStopped = true;
    return publishing;
  };
}

/** All messages up to the end, in the order of receipt; each is acknowledged. */
async function readAll(consumer: BusConsumer): Promise<readonly DurableMessage[]> {
  const got: DurableMessage[] = [];
  for await (const message of consumer) {
    if (message.payload === 'end') {
      await message.ack();
      break;
    }
    got.push(message);
    void message.ack().catch(() => undefined);
  }
  return got;
}

/** Nothing lost, nothing doubled, in order; and the acknowledgements are kept. */
async function check(got: readonly DurableMessage[], count: number, bus: Bus): Promise<void> {
  expect(got.map(({ payload }) => payload)).toEqual(Array.from({ length: count }, (_, index) => index));
  expect(got.map(({ id }) => id)).toEqual(Array.from({ length: count }, (_, index) => `id-${index}`));
  await bus.publish('buffer.s.x', 'after');
  const again = await bus.consume({ stream: 's', name: 'reader' });
  for await (const message of again) {
    expect(message.payload).toBe('after');
    break;
  }
}

describeNats('a bus on NATS under faults', () => {
  it('loses and doubles nothing when the server is killed in the middle of publishing, again and again', async () => {
    const server = await start();
    const [publisher, reader] = [await join(server.address), await join(server.address)];
    const reading = readAll(await reader.consume({ stream: 's', name: 'reader' }));
    const stop = publishUntilStopped(publisher);
    for (let round = 0; round < 4; round += 1) {
      await sleep(150);
      await server.kill();
      await vi.waitFor(() => expect(publisher.state.state).toBe('lost'), patient);
      await server.start();
    }
    const count = await stop();
    await check(await reading, count, reader);
  });

  it.each(['cut', 'silence'] as const)(
    'loses and doubles nothing when links of both sides are hurt (%s) and heal',
    async (hurt) => {
      const server = await start();
      const links = [await link(server), await link(server)] as const;
      const [publisher, reader] = [await join(links[0].address), await join(links[1].address)];
      const reading = readAll(await reader.consume({ stream: 's', name: 'reader' }));
      const stop = publishUntilStopped(publisher);
      for (const [index, bus] of [publisher, reader, publisher, reader].entries()) {
        await sleep(100);
        const hurtLink = links[index % 2 === 0 ? 0 : 1];
        hurtLink[hurt]();
        await vi.waitFor(() => expect(bus.state.state).toBe('lost'), patient);
        hurtLink.heal();
        await vi.waitFor(() => expect(bus.state.state).toBe('connected'), patient);
      }
      const count = await stop();
      await check(await reading, count, reader);
    },
  );

  it('goes on where it was when the reader dies with messages that it has not acknowledged', async () => {
    const server = await start();
    const proxy = await link(server);
    const [publisher, reader] = [await join(server.address), await join(proxy.address)];
    const consumer = await reader.consume({ stream: 's', name: 'reader' });
    for (let index = 0; index < 300; index += 1) await publisher.publish('buffer.s.x', index);
    let count = 0;
    for await (const message of consumer) {
      if (count < 100) await message.ack();
      count += 1;
      if (count === 200) break;
    }
    // dead for the server: whatever the bus still does cannot reach it
    proxy.silence();
    const again = await publisher.consume({ stream: 's', name: 'reader' });
    const got: unknown[] = [];
    for await (const { payload } of again) {
      got.push(payload);
      if (got.length === 200) break;
    }
    expect(got).toEqual(Array.from({ length: 200 }, (_, index) => 100 + index));
  });

  it('says what it cannot do while it is offline, keeps what it can, and is whole again after it', async () => {
    const server = await start();
    const proxy = await link(server);
    const [bus, other] = [await join(proxy.address, { limits: { waiting: 3 } }), await join(server.address)];
    const states: string[] = [];
    bus.onState(({ state }) => states.push(state));
    const subscription = await bus.subscribe('a.>');
    await bus.respond('calc.echo', ({ payload }) => payload);
    await other.respond('calc.slow', () => new Promise(() => undefined));
    const asked = bus.request('calc.slow');
    asked.catch(() => undefined);
    proxy.cut();
    await vi.waitFor(() => expect(bus.state.state).toBe('lost'), patient);
    expect(bus.state).toMatchObject({ retryAt: expect.any(Number), reason: expect.any(String) });
    await expect(asked).rejects.toMatchObject({ code: 'connection-lost' });
    await expect(bus.publish('a.b', 1)).rejects.toMatchObject({ code: 'not-connected' });
    await expect(bus.request('calc.echo')).rejects.toMatchObject({ code: 'not-connected' });
    const waiting = [1, 2, 3].map((each) => bus.publish('buffer.s.x', each));
    await expect(bus.publish('buffer.s.x', 4)).rejects.toMatchObject({ code: 'queue-full' });
    expect(await bus.status()).toMatchObject({ waiting: 3, state: { state: 'lost' }, streams: [] });
    proxy.heal();
    const kept = await Promise.all(waiting);
    expect(kept.map(({ stored }) => stored?.seq)).toEqual([1, 2, 3]);
    expect(await other.request('calc.echo', 'again')).toBe('again');
    await other.publish('a.b', 'after');
    for await (const { payload } of subscription) {
      expect(payload).toBe('after');
      break;
    }
    expect(new Set(states)).toEqual(new Set(['lost', 'connected']));
    expect(states.at(-1)).toBe('connected');
  });

  it('does not send again what JetStream might have and would no longer recognise', async () => {
    const server = await start();
    const proxy = await link(server);
    const [bus, other] = [
      await join(proxy.address, { limits: { duplicateWindowMs: 500 } }),
      await join(server.address),
    ];
    await bus.publish('buffer.s.x', 'first');
    proxy.silence();
    const unknown = bus.publish('buffer.s.x', 'unknown');
    unknown.catch(() => undefined);
    await vi.waitFor(() => expect(bus.state.state).toBe('lost'), patient);
    const later = bus.publish('buffer.s.x', 'later');
    await sleep(500);
    proxy.heal();
    await expect(unknown).rejects.toMatchObject({ code: 'connection-lost' });
    expect((await later).stored?.seq).toBe(2);
    expect((await other.status()).streams).toMatchObject([{ messages: 2 }]);
  });

  it('takes back what was never sent when its signal says so, and gives up the rest at its end', async () => {
    const server = await start();
    const proxy = await link(server);
    const [bus, other] = [await join(proxy.address), await join(server.address)];
    proxy.cut();
    await vi.waitFor(() => expect(bus.state.state).toBe('lost'), patient);
    const controller = new AbortController();
    const aborted = bus.publish('buffer.s.x', 'aborted', { signal: controller.signal });
    controller.abort(new Error('enough'));
    await expect(aborted).rejects.toThrow('enough');
    const sent = bus.publish('buffer.s.x', 'sent');
    proxy.heal();
    expect((await sent).stored?.seq).toBe(1);
    proxy.cut();
    await vi.waitFor(() => expect(bus.state.state).toBe('lost'), patient);
    const left = bus.publish('buffer.s.x', 'left');
    left.catch(() => undefined);
    await bus[Symbol.asyncDispose]();
    await expect(left).rejects.toMatchObject({ code: 'closed' });
    expect((await other.status()).streams).toMatchObject([{ stream: 's', messages: 1 }]);
  });
});
