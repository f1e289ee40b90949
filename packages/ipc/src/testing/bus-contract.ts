import { randomUUID } from 'node:crypto';
import * as fc from 'fast-check';
import { afterEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import type { Bus, BusMessage, DurableMessage } from '../bus/bus.ts';

/** Buses that share messages, as programs on one machine or in one network do. */
export interface BusWorld {
  /** Another bus of the same world; it keeps what earlier ones made durable. An embedded world has one at a time. */
  open(): Promise<Bus>;
}

type Enter = () => Promise<Bus>;

/** What every `Bus` keeps. `create` gives an empty world; the suite disposes the buses that it opens there. */
export function describeBusContract(name: string, create: () => Promise<BusWorld>): void {
  async function enter(): Promise<Bus> {
    const world = await create();
    return open(world);
  }

  describe(`${name} keeps the bus contract`, () => {
    describe('publish and subscribe', () => describeSubscribing(enter));
    describe('queues', () => describeQueues(enter));
    describe('durable messages', () => describeDurable(enter, create));
    describe('requests', () => describeRequests(enter));
    describe('limits and names', () => describeLimits(enter));
    describe('the end', () => describeEnd(enter));
  });
}

async function open(world: BusWorld): Promise<Bus> {
  const bus = await world.open();
  onTestFinished(() => bus[Symbol.asyncDispose]());
  return bus;
}

const utf8 = '\u{1f600} ä \u0000 "\\ \u202e';

async function take<Message extends BusMessage>(from: AsyncIterable<Message>, count: number): Promise<Message[]> {
  const taken: Message[] = [];
  for await (const message of from) {
    taken.push(message);
    if (taken.length === count) break;
  }
  return taken;
}

function payloads(messages: readonly BusMessage[]): readonly unknown[] {
  return messages.map(({ payload }) => payload);
}

/** As `toEqual` for so many bytes that nobody wants to read the difference. */
function isSame(payload: unknown, bytes: Buffer): boolean {
  return Buffer.isBuffer(payload) && payload.equals(bytes);
}

async function publishMany(bus: Bus, subject: string, count: number): Promise<void> {
  await Promise.all(Array.from({ length: count }, (_, index) => bus.publish(subject, index, { id: `id-${index}` })));
}

/** All that the subscriptions got before the last word on `stop`, which each of them hears too. */
async function untilStop(from: AsyncIterable<BusMessage>): Promise<readonly BusMessage[]> {
  const taken: BusMessage[] = [];
  for await (const message of from) {
    if (message.payload === 'stop') break;
    taken.push(message);
  }
  return taken;
}

function describeSubscribing(enter: Enter): void {
  it('delivers a message with its subject, id and payload to each subscriber', async () => {
    const bus = await enter();
    const both = [await bus.subscribe('team.build'), await bus.subscribe('team.*')];
    const receipt = await bus.publish('team.build', { text: utf8, bytes: new Uint8Array([0, 255]) }, { id: 'one' });
    expect(receipt).toEqual({ id: 'one', stored: null });
    const expected = {
      subject: 'team.build',
      id: 'one',
      stream: null,
      payload: { text: utf8, bytes: Buffer.from([0, 255]) },
      timestamp: expect.stringMatching(/^\d{4}-.*Z$/),
    };
    expect((await Promise.all(both.map((each) => take(each, 1)))).flat()).toEqual([expected, expected]);
  });

  it('gives each reader a copy of its own', async () => {
    const bus = await enter();
    const both = [await bus.subscribe('team.build'), await bus.subscribe('team.build')];
    const payload = { list: [1] };
    await bus.publish('team.build', payload);
    payload.list.push(2);
    const [first, second] = payloads((await Promise.all(both.map((each) => take(each, 1)))).flat());
    expect([first, second]).toEqual([{ list: [1] }, { list: [1] }]);
    expect(first).not.toBe(second);
  });

  it.each([
    ['a.b', ['a.b']],
    ['a.*', ['a.b', 'a.bc']],
    ['a.b*', ['a.b', 'a.bc']],
    ['a.>', ['a.b', 'a.bc', 'a.b.c']],
    ['*.b', ['a.b']],
    ['*.b.c', ['a.b.c', 'buffer.b.c']],
    ['buffer.>', ['buffer.b.c']],
    ['>', ['a.b', 'a.bc', 'a.b.c', 'buffer.b.c', 'client_connected', 'buffer_taskspace_progress']],
    ['*', ['client_connected', 'buffer_taskspace_progress']],
    ['buffer_*', ['buffer_taskspace_progress']],
    ['b*', ['buffer_taskspace_progress']],
    ['client_connected', ['client_connected']],
  ])('gives who subscribes to %s what meets it, and nothing else', async (pattern, expected) => {
    const bus = await enter();
    const subscription = await bus.subscribe(pattern);
    for (const subject of ['a.b', 'a.bc', 'a.b.c', 'buffer.b.c', 'client_connected', 'buffer_taskspace_progress']) {
      await bus.publish(subject, { taskspace_id: 'T' });
    }
    const [last = ''] = expected;
    await bus.publish(last, { taskspace_id: 'T' });
    // the last one shows that nothing else came before it
    const got = await take(subscription, expected.length + 1);
    expect(got.map(({ subject }) => subject)).toEqual([...expected, last]);
  });

  it('keeps the order of a publisher', async () => {
    const bus = await enter();
    const subscription = await bus.subscribe('count.up');
    await publishMany(bus, 'count.up', 1000);
    expect(payloads(await take(subscription, 1000))).toEqual(Array.from({ length: 1000 }, (_, index) => index));
  });

  it('drops the oldest messages of a slow reader, and counts them', async () => {
    const bus = await enter();
    const slow = await bus.subscribe('count.up', { maxWaiting: 10 });
    const quick = await bus.subscribe('count.up');
    await publishMany(bus, 'count.up', 100);
    await take(quick, 100);
    await vi.waitFor(() => expect(slow.dropped).toBe(90));
    expect(payloads(await take(slow, 10))).toEqual([90, 91, 92, 93, 94, 95, 96, 97, 98, 99]);
  });

  it('ends a subscription by its signal, by leaving the loop, and by disposing it', async () => {
    const bus = await enter();
    const controller = new AbortController();
    const aborted = take(await bus.subscribe('a.b', { signal: controller.signal }), 1);
    const disposed = await bus.subscribe('a.b');
    const reading = take(disposed, 1);
    controller.abort(new Error('enough'));
    await expect(aborted).rejects.toThrow('enough');
    await disposed[Symbol.asyncDispose]();
    await disposed[Symbol.asyncDispose]();
    expect(await reading).toEqual([]);
    const left = await bus.subscribe('a.b');
    await bus.publish('a.b', 1);
    await take(left, 1);
    expect((await bus.status()).subscriptions).toBe(0);
  });
}

function describeQueues(enter: Enter): void {
  it.each(['work.todo', 'work.*', 'work.to*', '>', 'buffer.todo.>'])(
    'gives each message for %s to one member of a queue, and to all who are in none',
    async (pattern) => {
      const bus = await enter();
      const subject = pattern.startsWith('buffer') ? 'buffer.todo.x' : 'work.todo';
      const members = await Promise.all([1, 2, 3].map(() => bus.subscribe(pattern, { queue: 'werkbank \u{1f600}' })));
      const other = await bus.subscribe(pattern, { queue: 'other' });
      const alone = await bus.subscribe(pattern);
      const shared = members.map((member) => take(member, 60));
      await publishMany(bus, subject, 60);
      const everything = Array.from({ length: 60 }, (_, index) => index);
      expect(payloads(await take(alone, 60))).toEqual(everything);
      expect(payloads(await take(other, 60))).toEqual(everything);
      // what the group got is known once all of it came: a member that leaves would be given no more
      await bus[Symbol.asyncDispose]();
      const got = payloads((await Promise.all(shared)).flat());
      expect(got.toSorted((a, b) => Number(a) - Number(b))).toEqual(everything);
    },
  );

  it('goes on with the members that are left', async () => {
    const bus = await enter();
    const [gone, left] = [await bus.subscribe('a.b', { queue: 'q' }), await bus.subscribe('a.b', { queue: 'q' })];
    await gone[Symbol.asyncDispose]();
    await bus.publish('other.subject', 'makes sure that the end of the other is known');
    await publishMany(bus, 'a.b', 20);
    expect(await take(left, 20)).toHaveLength(20);
  });
}

function describeDurable(enter: Enter, create: () => Promise<BusWorld>): void {
  it('keeps buffer subjects and buffer_ types in their stream, numbered, and says so', async () => {
    const bus = await enter();
    const first = await bus.publish('buffer.build.done', 1, { id: 'x' });
    const second = await bus.publish('buffer_taskspace_progress', { taskspace_id: 'build', status: utf8 }, { id: 'y' });
    expect(first).toEqual({ id: 'x', stored: { stream: 'build', seq: 1, isDuplicate: false } });
    expect(second.stored).toEqual({ stream: 'build', seq: 2, isDuplicate: false });
    const consumer = await bus.consume({ stream: 'build', name: 'reader', start: 'all' });
    expect(await take(consumer, 2)).toMatchObject([
      { subject: 'buffer.build.done', id: 'x', payload: 1, stream: 'build', seq: 1 },
      { subject: 'buffer_taskspace_progress', id: 'y', payload: { taskspace_id: 'build', status: utf8 }, seq: 2 },
    ]);
    expect((await bus.status()).streams).toEqual([{ stream: 'build', messages: 2, firstSeq: 1, lastSeq: 2 }]);
  });

  it('recognises a message by its id, and keeps it once', async () => {
    const bus = await enter();
    const consumer = await bus.consume({ stream: 's', name: 'reader' });
    const first = await bus.publish('buffer.s.x', 1, { id: 'same' });
    const again = await bus.publish('buffer.s.x', 1, { id: 'same' });
    const elsewhere = await bus.publish('buffer.t.x', 1, { id: 'same' });
    await bus.publish('buffer.s.x', 2, { id: 'next' });
    expect([first, again, elsewhere].map(({ stored }) => stored)).toEqual([
      { stream: 's', seq: 1, isDuplicate: false },
      { stream: 's', seq: 1, isDuplicate: true },
      { stream: 't', seq: 1, isDuplicate: false },
    ]);
    expect(payloads(await take(consumer, 2))).toEqual([1, 2]);
  });

  it('reads a stream in order while many publish to it', async () => {
    const bus = await enter();
    const consumer = await bus.consume({ stream: 's', name: 'reader' });
    const reading = take(consumer, 400);
    await Promise.all(
      [0, 1, 2, 3].map(async (publisher) => {
        for (let count = 0; count < 100; count += 1) await bus.publish(`buffer.s.${publisher}`, { publisher, count });
      }),
    );
    const got = await reading;
    expect(got.map(({ seq }) => seq)).toEqual(Array.from({ length: 400 }, (_, index) => index + 1));
    const counts = got.map(({ subject, payload }) => [subject, Reflect.get(Object(payload), 'count')] as const);
    const order = Array.from({ length: 100 }, (_, index) => index);
    const ofEach = [0, 1, 2, 3].map((each) => counts.filter(([subject]) => subject === `buffer.s.${each}`));
    expect(ofEach.map((mine) => mine.map(([, count]) => count))).toEqual([order, order, order, order]);
  });

  it('keeps the order of publishes that nobody waits for', async () => {
    const bus = await enter();
    const consumer = await bus.consume({ stream: 's', name: 'reader' });
    await publishMany(bus, 'buffer.s.x', 500);
    expect(payloads(await take(consumer, 500))).toEqual(Array.from({ length: 500 }, (_, index) => index));
  });

  it.each([
    ['new', [4]],
    ['all', [1, 2, 3, 4]],
    [{ seq: 3 }, [3, 4]],
    [{ seq: 99 }, [4]],
  ] as const)('begins a new consumer at %j', async (start, expected) => {
    const bus = await enter();
    for (const each of [1, 2, 3]) await bus.publish('buffer.s.x', each);
    const consumer = await bus.consume({ stream: 's', name: 'reader', start });
    await bus.publish('buffer.s.x', 4);
    expect(payloads(await take(consumer, expected.length))).toEqual(expected);
  });

  it('gives again what was not acknowledged, and nothing that was, when a consumer is opened again', async () => {
    const bus = await enter();
    const first = await bus.consume({ stream: 's', name: 'reader' });
    for (const each of [1, 2, 3, 4]) await bus.publish('buffer.s.x', each);
    const got = await take(first, 3);
    await got[0]?.ack();
    await got[1]?.ack();
    await got[1]?.ack();
    const again = await bus.consume({ stream: 's', name: 'reader', start: 'all' });
    expect(payloads(await take(again, 2))).toEqual([3, 4]);
    const other = await bus.consume({ stream: 's', name: 'other', start: 'all' });
    expect(payloads(await take(other, 4))).toEqual([1, 2, 3, 4]);
  });

  it('moves on only over messages that are done without a gap', async () => {
    const bus = await enter();
    const first = await bus.consume({ stream: 's', name: 'reader' });
    for (const each of [1, 2, 3, 4]) await bus.publish('buffer.s.x', each);
    const got = await take(first, 3);
    await got[2]?.ack();
    await got[0]?.ack();
    const second = await bus.consume({ stream: 's', name: 'reader' });
    const rest = await take(second, 3);
    expect(payloads(rest)).toEqual([2, 3, 4]);
    await Promise.all(rest.map((message) => message.ack()));
    const third = await bus.consume({ stream: 's', name: 'reader' });
    await bus.publish('buffer.s.x', 5);
    expect(payloads(await take(third, 1))).toEqual([5]);
  });

  it('ends the earlier reader of a name when it is opened again', async () => {
    const bus = await enter();
    const first = await bus.consume({ stream: 's', name: 'reader' });
    await bus.publish('buffer.s.x', 1);
    const held: DurableMessage[] = [];
    const reading = (async () => {
      for await (const message of first) held.push(message);
    })();
    reading.catch(() => undefined);
    await vi.waitFor(() => expect(held).toHaveLength(1));
    const second = await bus.consume({ stream: 's', name: 'reader' });
    await expect(reading).rejects.toMatchObject({ code: 'consumer-taken' });
    await expect(held[0]?.ack()).rejects.toMatchObject({ code: 'consumer-taken' });
    expect(payloads(await take(second, 1))).toEqual([1]);
  });

  it('keeps messages and places when all buses are closed and another is opened', async () => {
    const world = await create();
    const before = await open(world);
    const consumer = await before.consume({ stream: 's', name: 'reader' });
    for (const each of [1, 2, 3]) await before.publish('buffer.s.x', each, { id: `id-${each}` });
    const [first] = await take(consumer, 1);
    await first?.ack();
    await before[Symbol.asyncDispose]();
    const after = await open(world);
    expect((await after.publish('buffer.s.x', 3, { id: 'id-3' })).stored).toMatchObject({ seq: 3, isDuplicate: true });
    await after.publish('buffer.s.x', 4);
    const again = await after.consume({ stream: 's', name: 'reader' });
    expect(payloads(await take(again, 3))).toEqual([2, 3, 4]);
  });

  it('delivers durable messages to subscribers as well', async () => {
    const bus = await enter();
    const subscription = await bus.subscribe('buffer.s.*');
    await bus.publish('buffer.s.x', 1);
    expect(await take(subscription, 1)).toMatchObject([{ subject: 'buffer.s.x', stream: 's', payload: 1 }]);
  });

  it('reads as fast as its reader: nothing is left out of what waits', async () => {
    const bus = await enter();
    const consumer = await bus.consume({ stream: 's', name: 'reader' });
    await publishMany(bus, 'buffer.s.x', 1500);
    const got = await take(consumer, 1500);
    expect(new Set(got.map(({ id }) => id)).size).toBe(1500);
  });

  it('ends a consumer by its signal', async () => {
    const bus = await enter();
    const controller = new AbortController();
    const reading = take(await bus.consume({ stream: 's', name: 'reader', signal: controller.signal }), 1);
    controller.abort(new Error('enough'));
    await expect(reading).rejects.toThrow('enough');
  });
}

function describeRequests(enter: Enter): void {
  it('gives the answer of the responder, on a subject or a pattern', async () => {
    const bus = await enter();
    await bus.respond('calc.add', ({ payload }) => ({ sum: Reflect.get(Object(payload), 'a') + 1 }));
    await bus.respond('calc.echo.>', async ({ subject, payload }) => ({ subject, payload }));
    expect(await bus.request('calc.add', { a: 41 })).toEqual({ sum: 42 });
    const bytes = Buffer.alloc(500_000, 7);
    const echo = Object(await bus.request('calc.echo.deep.er', bytes));
    expect(echo).toHaveProperty('subject', 'calc.echo.deep.er');
    expect(isSame(Reflect.get(echo, 'payload'), bytes)).toBe(true);
  });

  it('lets one of several responders answer', async () => {
    const bus = await enter();
    const handle = vi.fn(() => 'answer');
    await bus.respond('calc.*', handle);
    await bus.respond('calc.add', handle);
    await bus.respond('>', handle);
    const answers = await Promise.all(Array.from({ length: 20 }, () => bus.request('calc.add')));
    expect(answers).toEqual(Array.from({ length: 20 }, () => 'answer'));
    expect(handle).toHaveBeenCalledTimes(20);
  });

  it('says at once that nobody answers, also after the last one left', async () => {
    const bus = await enter();
    await bus.subscribe('calc.add');
    const nobody = { code: 'refused', remote: { code: 'NO_RESPONDERS' } };
    await expect(bus.request('calc.add')).rejects.toMatchObject(nobody);
    const responder = await bus.respond('calc.add', () => 1);
    expect(await bus.request('calc.add')).toBe(1);
    await responder[Symbol.asyncDispose]();
    await responder[Symbol.asyncDispose]();
    await expect(bus.request('calc.add')).rejects.toMatchObject(nobody);
  });

  it('hands on what the responder throws', async () => {
    const bus = await enter();
    await bus.respond('calc.add', () => {
      throw Object.assign(new Error('no numbers'), { code: 'no-numbers', hint: 'Send some.' });
    });
    await expect(bus.request('calc.add')).rejects.toMatchObject({
      code: 'refused',
      message: 'no numbers',
      hint: 'Send some.',
      remote: { code: 'no-numbers' },
    });
  });

  it('rejects after the time limit, and tells the responder', async () => {
    const bus = await enter();
    const told = Promise.withResolvers<void>();
    await bus.respond('calc.slow', ({ signal }) => {
      signal.addEventListener('abort', () => told.resolve());
      return new Promise(() => undefined);
    });
    await expect(bus.request('calc.slow', {}, { timeoutMs: 100 })).rejects.toMatchObject({ code: 'timed-out' });
    await told.promise;
  });

  it('rejects with the reason of the signal, and tells the responder', async () => {
    const bus = await enter();
    const started = Promise.withResolvers<void>();
    const told = Promise.withResolvers<void>();
    await bus.respond('calc.slow', ({ signal }) => {
      signal.addEventListener('abort', () => told.resolve());
      started.resolve();
      return new Promise(() => undefined);
    });
    const controller = new AbortController();
    const request = bus.request('calc.slow', {}, { signal: controller.signal });
    await started.promise;
    controller.abort(new Error('enough'));
    await expect(request).rejects.toThrow('enough');
    await told.promise;
  });

  it('answers with an error when the answer is too large', async () => {
    const bus = await enter();
    const { maxMessageBytes } = await bus.status();
    await bus.respond('calc.big', () => Buffer.alloc(maxMessageBytes));
    await expect(bus.request('calc.big')).rejects.toMatchObject({ code: 'refused', remote: { code: 'too-large' } });
  });
}

function describeLimits(enter: Enter): void {
  it('takes a message of a million bytes, and refuses one above the limit', async () => {
    const bus = await enter();
    const subscription = await bus.subscribe('big.one');
    const consumer = await bus.consume({ stream: 'big', name: 'reader' });
    const bytes = Buffer.alloc(1_000_000, 'x');
    await bus.publish('big.one', bytes);
    await bus.publish('buffer.big.one', bytes);
    const got = payloads([...(await take(subscription, 1)), ...(await take(consumer, 1))]);
    expect(got.map((payload) => isSame(payload, bytes))).toEqual([true, true]);
    const { maxMessageBytes } = await bus.status();
    const above = Buffer.alloc(maxMessageBytes);
    await expect(bus.publish('big.one', above)).rejects.toMatchObject({ code: 'too-large' });
    await expect(bus.publish('buffer.big.one', above)).rejects.toMatchObject({ code: 'too-large' });
    await expect(bus.request('big.one', above)).rejects.toMatchObject({ code: 'too-large' });
  });

  it.each([
    '',
    'a b.c',
    'a..b',
    '.a',
    'a.*',
    'a.>',
    'a.b\n',
    'a.\u0000',
    'a.\ud800',
    `a.${'x'.repeat(512)}`,
    'unknown_type',
  ])('refuses to publish on %j', async (subject) => {
    const bus = await enter();
    await expect(bus.publish(subject, 1)).rejects.toMatchObject({ code: 'malformed' });
    await expect(bus.request(subject)).rejects.toMatchObject({ code: 'malformed' });
  });

  it.each(['', 'a b', 'a.>.b', 'a*b.c', 'a..b', 'a.\ud800'])('refuses the pattern %j', async (pattern) => {
    const bus = await enter();
    await expect(bus.subscribe(pattern)).rejects.toMatchObject({ code: 'malformed' });
    await expect(bus.respond(pattern, () => 1)).rejects.toMatchObject({ code: 'malformed' });
  });

  it('refuses names of the protocol, durable messages without a stream, odd ids and what cannot be sent', async () => {
    const bus = await enter();
    const circle: unknown[] = [];
    circle.push(circle);
    await expect(bus.publish('response', 1)).rejects.toMatchObject({ code: 'reserved-subject' });
    await expect(bus.subscribe('error')).rejects.toMatchObject({ code: 'reserved-subject' });
    await expect(bus.respond('calc.a*', () => 1)).rejects.toMatchObject({ code: 'malformed' });
    await expect(bus.publish('buffer_taskspace_progress', {})).rejects.toMatchObject({ code: 'malformed' });
    await expect(bus.publish('buffer.stream', 1)).rejects.toMatchObject({ code: 'malformed' });
    await expect(bus.publish(`buffer.${'s'.repeat(65)}.x`, 1)).rejects.toMatchObject({ code: 'malformed' });
    await expect(bus.publish('a.b', 1, { id: 'two\nlines' })).rejects.toMatchObject({ code: 'malformed' });
    await expect(bus.publish('a.b', 1, { id: 'x'.repeat(257) })).rejects.toMatchObject({ code: 'malformed' });
    await expect(bus.publish('a.b', circle)).rejects.toMatchObject({ code: 'malformed' });
    await expect(bus.consume({ stream: '', name: 'n' })).rejects.toMatchObject({ code: 'malformed' });
    await expect(bus.consume({ stream: 's', name: 'n'.repeat(65) })).rejects.toMatchObject({ code: 'malformed' });
  });

  it('carries any subject and any payload that it takes', async () => {
    const bus = await enter();
    const token = fc
      .string({ unit: 'grapheme', minLength: 1, maxLength: 12 })
      .filter((text) => !/[\s\p{Cc}.*>]/u.test(text) && text.isWellFormed());
    // that key arrives as `__proto_`: the decoder lets nobody set a prototype
    const anyJson = fc.jsonValue({ maxDepth: 3 }).filter((value) => !JSON.stringify(value).includes('__proto__'));
    const subscription = await bus.subscribe('x.>');
    const consumer = await bus.consume({ stream: '=41\u{1f600}$/', name: '../a b*>' });
    await fc.assert(
      fc.asyncProperty(token, token, anyJson, async (first, second, json) => {
        const payload: unknown = JSON.parse(JSON.stringify(json));
        await bus.publish(`x.${first}.${second}`, payload);
        expect(await next(subscription)).toMatchObject({ subject: `x.${first}.${second}`, payload });
        await bus.publish(`buffer.=41\u{1f600}$/.${first}`, payload);
        expect(await next(consumer)).toMatchObject({ subject: `buffer.=41\u{1f600}$/.${first}`, payload });
      }),
      { numRuns: 100 },
    );
    expect((await bus.status()).streams.map(({ stream }) => stream)).toEqual(['=41\u{1f600}$/']);
  });
}

const readers = new WeakMap<object, AsyncIterator<unknown>>();

async function next(from: AsyncIterable<unknown>): Promise<unknown> {
  const reader = readers.get(from) ?? from[Symbol.asyncIterator]();
  readers.set(from, reader);
  return (await reader.next()).value;
}

function describeEnd(enter: Enter): void {
  afterEach(() => vi.restoreAllMocks());

  it('can be closed twice, and refuses everything after it', async () => {
    const bus = await enter();
    const states: string[] = [];
    bus.onState(({ state }) => states.push(state));
    expect(bus.state.state).toBe('connected');
    await bus[Symbol.asyncDispose]();
    await bus[Symbol.asyncDispose]();
    expect(bus.state.state).toBe('closed');
    expect(states).toEqual(['closed']);
    const closed = { code: 'closed' };
    await expect(bus.publish('a.b', 1)).rejects.toMatchObject(closed);
    await expect(bus.publish('buffer.a.b', 1)).rejects.toMatchObject(closed);
    await expect(bus.subscribe('a.b')).rejects.toMatchObject(closed);
    await expect(bus.consume({ stream: 's', name: 'n' })).rejects.toMatchObject(closed);
    await expect(bus.request('a.b')).rejects.toMatchObject(closed);
    await expect(bus.respond('a.b', () => 1)).rejects.toMatchObject(closed);
    await expect(bus.status()).rejects.toMatchObject(closed);
  });

  it('ends what is open: subscriptions, consumers, requests on both sides', async () => {
    const bus = await enter();
    const subscription = untilStop(await bus.subscribe('a.b'));
    const consumer = untilStop(await bus.consume({ stream: 's', name: 'n' }));
    const told = Promise.withResolvers<void>();
    const asked = Promise.withResolvers<void>();
    await bus.respond('calc.slow', ({ signal }) => {
      signal.addEventListener('abort', () => told.resolve());
      asked.resolve();
      return new Promise(() => undefined);
    });
    const request = bus.request('calc.slow');
    request.catch(() => undefined);
    await asked.promise;
    await bus[Symbol.asyncDispose]();
    expect(await subscription).toEqual([]);
    expect(await consumer).toEqual([]);
    await expect(request).rejects.toMatchObject({ code: 'closed' });
    await told.promise;
  });

  it('rejects with the reason of a signal that was aborted before', async () => {
    const bus = await enter();
    const options = { signal: AbortSignal.abort(new Error(randomUUID())) };
    const { reason } = options.signal;
    await expect(bus.publish('a.b', 1, options)).rejects.toBe(reason);
    await expect(bus.subscribe('a.b', options)).rejects.toBe(reason);
    await expect(bus.consume({ stream: 's', name: 'n', ...options })).rejects.toBe(reason);
    await expect(bus.request('a.b', 1, options)).rejects.toBe(reason);
    await expect(bus.respond('a.b', () => 1, options)).rejects.toBe(reason);
    await expect(bus.status(options)).rejects.toBe(reason);
  });
}
