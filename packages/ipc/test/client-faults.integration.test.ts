import { once } from 'node:events';
import { join } from 'node:path';
import { DaemonClient, type Encoding, type Receipt } from '@swarm-tui/ipc';
import { describe, expect, it, vi } from 'vitest';
import { ClientWorld, firstLine, startProgram, take } from './client-world.ts';

const encodings: readonly Encoding[] = ['binary', 'json-lines'];
const wait = { timeout: 30_000 };
const numberOf = ({ payload }: { readonly payload: unknown }): number => Number(Reflect.get(Object(payload), 'number'));
const range = (count: number): readonly number[] => Array.from({ length: count }, (_, number) => number);

describe.each(encodings)('over %s', (encoding) => {
  it('a daemon killed in the middle loses, doubles and reorders nothing that is durable', async () => {
    const world = await ClientWorld.start(encoding);
    const [publisher, consumer] = await Promise.all([world.connect(), world.connect()]);
    const count = 400;
    const subscription = consumer.subscribe('buffer.jobs.>', { durable: 'worker', start: 'all', bufferSize: 16 });
    await subscription.ready;
    const receipts: Promise<Receipt>[] = [];
    const publishing = (async () => {
      for (const number of range(count)) {
        receipts.push(publisher.publishDurable('buffer.jobs.add', { number }));
        if (number % 20 === 0) await receipts.at(-1);
      }
    })();
    const consuming = take(subscription, count);
    for (let round = 0; round < 3; round++) {
      const seq = await receiptAfter(receipts, 60 * (round + 1));
      expect(seq).toBeGreaterThan(0);
      await world.killDaemon();
      await world.startDaemon();
    }
    await publishing;
    const seqs = (await Promise.all(receipts)).map(({ seq }) => seq);
    expect(seqs).toEqual(seqs.toSorted((one, other) => one - other));
    expect(new Set(seqs).size).toBe(count);
    const got = await consuming;
    expect(got.map(numberOf)).toEqual(range(count));
    expect(got.map(({ seq }) => seq)).toEqual(seqs);
  });

  it('a durable consumer goes on after the last message that was worked off, in another client too', async () => {
    const world = await ClientWorld.start(encoding);
    const publisher = await world.connect();
    for (const number of range(10)) await publisher.publishDurable('buffer.jobs.add', { number });
    const options = { durable: 'worker', start: 'all' } as const;
    {
      await using first = await world.connect();
      const subscription = first.subscribe('buffer.jobs.>', options);
      expect((await take(subscription, 4)).map(numberOf)).toEqual([0, 1, 2, 3]);
      // The fourth is at hand, and nobody said that it is done.
      await subscription[Symbol.asyncDispose]();
    }
    await using second = await world.connect();
    const subscription = second.subscribe('buffer.jobs.>', options);
    expect((await take(subscription, 2)).map(numberOf)).toEqual([3, 4]);
    subscription.acknowledge();
    await subscription[Symbol.asyncDispose]();
    const third = second.subscribe('buffer.jobs.>', options);
    expect((await take(third, 5)).map(numberOf)).toEqual([5, 6, 7, 8, 9]);
  });

  it('a durable consumer ends, and says why, when another client reads on in its name', async () => {
    const world = await ClientWorld.start(encoding);
    const [first, second] = await Promise.all([world.connect(), world.connect()]);
    const options = { durable: 'worker', start: 'all' } as const;
    const before = first.subscribe('buffer.jobs.>', options);
    const bystander = first.subscribe('buffer.other.>', options);
    await Promise.all([before.ready, bystander.ready]);
    const waiting = before.next();
    const after = second.subscribe('buffer.jobs.>', options);
    await expect(waiting).rejects.toMatchObject({ code: 'consumer-taken', message: expect.stringContaining('worker') });
    await first.publishDurable('buffer.jobs.add', { number: 1 });
    await first.publishDurable('buffer.other.add', { number: 2 });
    expect((await take(after, 1)).map(numberOf)).toEqual([1]);
    expect((await take(bystander, 1)).map(numberOf)).toEqual([2]);
  });

  it('what is published without a daemon is sent in order when there is one', async () => {
    const world = new ClientWorld(encoding);
    const client = world.create();
    const receipts = range(50).map((number) => client.publishDurable('buffer.jobs.add', { number }));
    await client.publish('team.hello', { number: 50 });
    expect(client.queued.messages).toBe(51);
    await world.startDaemon();
    const seqs = (await Promise.all(receipts)).map(({ seq }) => seq);
    expect(seqs).toEqual(range(50).map((number) => number + 1));
    await vi.waitFor(() => expect(client.queued).toEqual({ messages: 0, bytes: 0 }), wait);
  });

  it('the queue has bounds in messages and bytes', async () => {
    const world = new ClientWorld(encoding);
    const few = world.create({ offline: { messages: 2 } });
    const small = world.create({ offline: { bytes: 1000 } });
    await few.publish('a.b', 1);
    await few.publish('a.b', 2);
    await expect(few.publish('a.b', 3)).rejects.toMatchObject({
      code: 'queue-full',
      hint: expect.stringContaining('offline'),
    });
    await small.publish('a.b', 'x'.repeat(500));
    await expect(small.publishDurable('buffer.a.b', 'x'.repeat(500))).rejects.toMatchObject({ code: 'queue-full' });
    expect([few.queued.messages, small.queued.messages]).toEqual([2, 1]);
  });

  it('a queue on disk outlives its process, and each message is kept once', async () => {
    const world = new ClientWorld(encoding);
    const directory = join(world.directory, 'queue');
    const program = startProgram(join(import.meta.dirname, 'queue-program.ts'), world.socketPath, directory, '30');
    await firstLine(program);
    const gone = once(program, 'exit');
    program.kill('SIGKILL');
    await gone;
    await world.startDaemon();
    const reader = await world.connect();
    const subscription = reader.subscribe('buffer.jobs.>', { durable: 'worker', start: 'all' });
    await subscription.ready;
    await using sender = await world.connect({ offline: { directory } });
    expect((await take(subscription, 30)).map(numberOf)).toEqual(range(30));
    await vi.waitFor(() => expect(sender.queued.messages).toBe(0), wait);
    await expect(DaemonClient.connect({ socketPath: world.socketPath, offline: { directory } })).rejects.toMatchObject({
      code: 'store-locked',
    });
    await sender[Symbol.asyncDispose]();
    // Nothing is left to be sent.
    await using again = await world.connect({ offline: { directory } });
    expect(again.queued.messages).toBe(0);
    const { buffers } = await reader.request('status_request', {});
    expect(buffers?.map(({ last_seq }) => last_seq)).toEqual([30]);
  });

  it('a reader that is slow holds up the daemon, not the answers, and loses nothing that is durable', async () => {
    const world = await ClientWorld.start(encoding);
    const [publisher, reader] = await Promise.all([world.connect(), world.connect()]);
    const durable = reader.subscribe('buffer.jobs.>', { durable: 'worker', start: 'all', bufferSize: 4 });
    await durable.ready;
    const count = 3000;
    await Promise.all(
      range(count).map((number) => publisher.publishDurable('buffer.jobs.add', { number, text: 'x'.repeat(200) })),
    );
    // Answers come while messages wait, also when there are too many of them to keep.
    for (let turn = 0; turn < 5; turn++) await reader.request('status_request', {});
    const got: number[] = [];
    for await (const message of durable) {
      got.push(numberOf(message));
      if (got.length % 500 === 0) await reader.request('status_request', {});
      if (got.length === count) break;
    }
    expect(got).toEqual(range(count));
  });

  it('a reader that is slow stops reading, so that the daemon keeps what it cannot take', async () => {
    const world = await ClientWorld.start(encoding);
    const [publisher, reader] = await Promise.all([world.connect(), world.connect()]);
    const live = reader.subscribe('team.>', { bufferSize: 64 });
    await live.ready;
    // More than what may wait here, less than what the daemon holds for one client.
    const count = 400;
    for (const number of range(count)) await publisher.publish('team.a', { number, text: 'x'.repeat(5000) });
    await publisher.request('status_request', {});
    expect((await take(live, count)).map(numberOf)).toEqual(range(count));
    expect(live.dropped).toBe(0);
  });

  it('a long backlog is worked off in order', async () => {
    const world = await ClientWorld.start(encoding);
    const [publisher, reader] = await Promise.all([world.connect(), world.connect()]);
    const count = 5000;
    await Promise.all(range(count).map((number) => publisher.publishDurable('buffer.jobs.add', { number })));
    const backlog = reader.subscribe('buffer.jobs.>', { durable: 'worker', start: 'all', bufferSize: 100 });
    expect((await take(backlog, count)).map(numberOf)).toEqual(range(count));
  });

  it('a reader that is slow loses the oldest of what is not durable, and learns how many', async () => {
    const world = await ClientWorld.start(encoding);
    const [publisher, reader] = await Promise.all([world.connect(), world.connect()]);
    let lagged = 0;
    reader.onLagged(({ dropped }) => void (lagged += dropped));
    const live = reader.subscribe('team.>', { bufferSize: 4 });
    await live.ready;
    const count = 200;
    for (const number of range(count)) await publisher.publish('team.a', { number });
    await publisher.request('status_request', {});
    // Asking lets everything in that was held up.
    await reader.request('status_request', {});
    const kept = await take(live, 8);
    expect(kept.map(numberOf)).toEqual(range(count).slice(-8));
    expect([live.dropped, lagged]).toEqual([count - 8, count - 8]);
  });

  it('nobody waits after the signal', async () => {
    const world = await ClientWorld.start(encoding);
    const client = await world.connect();
    const enough = new Error('enough');
    const aborted = AbortSignal.abort(enough);
    expect(() => client.subscribe('a.b', { signal: aborted })).toThrow('enough');
    expect(() => client.respond('a.b', () => 1, { signal: aborted })).toThrow('enough');
    for (const call of [
      () => DaemonClient.connect({ socketPath: world.socketPath, encoding }, { signal: aborted }),
      () => client.request('a.b', {}, { signal: aborted }),
      () => client.publish('a.b', 1, { signal: aborted }),
      () => client.publishDurable('buffer.a.b', 1, { signal: aborted }),
    ])
      await expect(call()).rejects.toBe(enough);

    const controller = new AbortController();
    const { signal } = controller;
    const subscription = client.subscribe('a.>', { signal });
    const service = client.respond('b.c', () => 1, { signal });
    await Promise.all([subscription.ready, service.ready]);
    const next = subscription.next();
    await world.killDaemon();
    await vi.waitFor(() => expect(client.connection.state).not.toBe('connected'), wait);
    const durable = client.publishDurable('buffer.jobs.add', 'never sent', { signal });
    await vi.waitFor(() => expect(client.queued.messages).toBe(1), wait);
    controller.abort(enough);
    await expect(next).rejects.toBe(enough);
    await expect(durable).rejects.toBe(enough);
    expect(client.queued).toEqual({ messages: 0, bytes: 0 });
    await world.startDaemon();
    await vi.waitFor(() => expect(client.connection.state).toBe('connected'), wait);
    await expect(client.request('b.c')).rejects.toMatchObject({ remote: { code: 'NO_RESPONDERS' } });
    expect((await client.publishDurable('buffer.jobs.add', 'sent')).seq).toBe(1);
  });

  it('closing ends everything that waits, with a reason', async () => {
    const world = await ClientWorld.start(encoding);
    const client = await world.connect();
    const subscription = client.subscribe('a.b');
    await subscription.ready;
    const next = subscription.next();
    await world.killDaemon();
    await vi.waitFor(() => expect(client.connection.state).not.toBe('connected'), wait);
    const durable = client.publishDurable('buffer.jobs.add', 1);
    durable.catch(() => undefined);
    next.catch(() => undefined);
    await client[Symbol.asyncDispose]();
    await client[Symbol.asyncDispose]();
    const closed = { code: 'closed' };
    await expect(durable).rejects.toMatchObject(closed);
    await expect(next).rejects.toMatchObject(closed);
    await expect(client.publish('a.b', 1)).rejects.toMatchObject(closed);
    await expect(client.request('a.b')).rejects.toMatchObject(closed);
    expect(() => client.subscribe('a.b')).toThrow(expect.objectContaining(closed));
  });

  it('gives up after the attempts that it may make', async () => {
    const world = new ClientWorld(encoding);
    const client = world.create({ reconnect: { initialMs: 1, maxMs: 2, attempts: 3 } });
    const states: string[] = [];
    client.onConnection(({ state }) => states.push(state));
    const durable = client.publishDurable('buffer.jobs.add', 1);
    await expect(durable).rejects.toMatchObject({ code: 'closed' });
    expect(states).toEqual(['lost', 'lost', 'lost', 'closed']);
  });
});

/** The seq of receipt number `index`, as soon as it is there. */
async function receiptAfter(receipts: readonly Promise<Receipt>[], index: number): Promise<number> {
  await vi.waitFor(() => expect(receipts.length).toBeGreaterThan(index), wait);
  return (await receipts[index])?.seq ?? 0;
}
