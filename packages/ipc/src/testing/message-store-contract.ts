import { describe, expect, it, onTestFinished } from 'vitest';
import type { MessageStore, NewMessage, Replay, StoredMessage } from '../store/message-store.ts';
import { measureRecord } from '../store/record.ts';
import type { StoreLimits } from '../store/store-limits.ts';
import { toTimestamp } from '../store/timestamp.ts';

/** Both are handed on to the store: tests bound it, and move its clock. */
export interface ContractStoreOptions {
  readonly limits?: Partial<StoreLimits> | undefined;
  /** Milliseconds since 1970. */
  readonly now?: (() => number) | undefined;
}

type Open = (options?: ContractStoreOptions) => Promise<MessageStore>;

/** What every `MessageStore` keeps. `create` gives an empty one; the suite disposes it. */
export function describeMessageStoreContract(name: string, create: Open): void {
  async function open(options: ContractStoreOptions = {}): Promise<MessageStore> {
    const store = await create(options);
    onTestFinished(() => store[Symbol.asyncDispose]());
    return store;
  }

  describe(`${name} keeps the message store contract`, () => {
    describe('appending', () => describeAppend(open));
    describe('replay and acknowledgement', () => describeReplay(open));
    describe('limits', () => describeLimits(open));
    describe('durable consumers', () => describeConsumers(open));
    describe('dead letters', () => describeDeadLetters(open));
  });
}

const start = Date.parse('2026-01-02T03:04:05.678Z');

function message(stream: string, id: string, body = id): NewMessage {
  return { stream, id, type: 'buffer_taskspace_progress', bytes: new TextEncoder().encode(body) };
}

function many(stream: string, count: number): readonly NewMessage[] {
  return Array.from({ length: count }, (_, index) => message(stream, `${stream}${index + 1}`));
}

async function all({ pages }: Replay): Promise<readonly StoredMessage[]> {
  const messages: StoredMessage[] = [];
  for await (const page of pages) messages.push(...page);
  return messages;
}

async function replayedIds(store: MessageStore, stream?: string): Promise<readonly string[]> {
  return (await all(await store.replay({ stream }))).map(({ id }) => id);
}

async function readIds(store: MessageStore, stream: string): Promise<readonly string[]> {
  return (await store.read(stream)).map(({ id }) => id);
}

function describeAppend(open: Open): void {
  it('numbers each stream from 1, and gives back what it got', async () => {
    const store = await open();
    const stored = await store.append([message('a', '1', 'ä\0\u{1f600}'), message('b', '1'), message('a', '2')]);
    expect(stored.map(({ seq, isDuplicate }) => [seq, isDuplicate])).toEqual([
      [1, false],
      [1, false],
      [2, false],
    ]);
    const [first] = await store.read('a');
    expect(first).toMatchObject({ stream: 'a', id: '1', type: 'buffer_taskspace_progress', seq: 1 });
    expect(Buffer.from(first?.bytes ?? []).toString()).toBe('ä\0\u{1f600}');
  });

  it('keeps the bytes of a message as they are, whatever they are', async () => {
    const store = await open();
    const bytes = Uint8Array.from({ length: 3000 }, (_, index) => (index * 7) % 256);
    await store.append([
      { ...message('ström', 'ïd'), bytes },
      { ...message('ström', 'empty'), bytes: new Uint8Array() },
    ]);
    const [first, second] = await store.read('ström');
    expect([first?.stream, first?.id]).toEqual(['ström', 'ïd']);
    expect(Buffer.compare(first?.bytes ?? new Uint8Array(), bytes)).toBe(0);
    expect(second?.bytes.length).toBe(0);
  });

  it('answers a message with a known id with the place of the first one', async () => {
    const store = await open();
    const [first, twin] = await store.append([message('a', '1'), message('a', '1', 'other')]);
    expect(twin).toEqual({ ...first, isDuplicate: true });
    expect(await store.append([message('b', '1')])).toMatchObject([{ seq: 1, isDuplicate: false }]);
    expect(await readIds(store, 'a')).toEqual(['1']);
  });

  it('recognises an id after the message went, as long as it is among the last that did', async () => {
    const store = await open({ limits: { rememberedIds: 2 } });
    await store.append(many('a', 3));
    await store.acknowledge('a', (await store.replay()).replayTimestamp);
    const stored = await store.append(many('a', 3));
    expect(stored.map(({ seq, isDuplicate }) => [seq, isDuplicate])).toEqual([
      [4, false],
      [2, true],
      [3, true],
    ]);
  });

  it('gives strictly rising times while the clock stands still and jumps back', async () => {
    let now = start;
    const store = await open({ now: () => now });
    const before = await store.append(many('a', 3));
    now -= 3_600_000;
    const after = await store.append(many('b', 2));
    const times = [...before, ...after].map(({ receivedAt }) => receivedAt);
    expect(times.map((time) => time - (times[0] ?? 0))).toEqual([0, 1, 2, 3, 4]);
  });

  it('reads on from a number, and since a time, as much as is asked for', async () => {
    const store = await open();
    const stored = await store.append(many('a', 5));
    expect((await store.read('a', { afterSeq: 2, limit: 2 })).map(({ seq }) => seq)).toEqual([3, 4]);
    const since = toTimestamp(stored[2]?.receivedAt ?? 0);
    expect((await store.read('a', { since })).map(({ seq }) => seq)).toEqual([4, 5]);
    expect(await store.read('nothing')).toEqual([]);
    expect(await store.read('a', { afterSeq: 5 })).toEqual([]);
  });

  it('reads at most so many bytes, and one message in any case', async () => {
    const store = await open();
    await store.append(many('a', 5));
    const size = measureRecord(message('a', 'a1'));
    expect(await store.read('a', { maxBytes: 2 * size })).toHaveLength(2);
    expect(await store.read('a', { maxBytes: 1 })).toHaveLength(1);
  });

  it('refuses what no record can hold, and what it could never keep', async () => {
    const store = await open({ limits: { totalBytes: 1000 } });
    await expect(store.append([message('', '1')])).rejects.toMatchObject({ code: 'malformed' });
    await expect(store.append([message('a', 'x'.repeat(70_000))])).rejects.toMatchObject({ code: 'malformed' });
    await expect(store.append([message('a', '1', 'x'.repeat(1000))])).rejects.toMatchObject({ code: 'too-large' });
    expect(await store.append([])).toEqual([]);
  });

  it('takes nothing after dispose, which may be repeated', async () => {
    const store = await open();
    await store[Symbol.asyncDispose]();
    await store[Symbol.asyncDispose]();
    await expect(store.append(many('a', 1))).rejects.toMatchObject({ code: 'closed' });
    await expect(store.stats()).rejects.toMatchObject({ code: 'closed' });
  });
}

function describeReplay(open: Open): void {
  it('replays in the order of arrival over all streams, or of one, until it is acknowledged', async () => {
    const store = await open();
    await store.append([message('b', 'b1'), message('a', 'a1'), message('b', 'b2')]);
    expect(await replayedIds(store)).toEqual(['b1', 'a1', 'b2']);
    expect(await replayedIds(store)).toEqual(['b1', 'a1', 'b2']);
    expect(await replayedIds(store, 'b')).toEqual(['b1', 'b2']);
    expect(await replayedIds(store, 'c')).toEqual([]);
  });

  it('acknowledges exactly what was received up to the replay, and of that stream', async () => {
    const store = await open({ now: () => start });
    await store.append([message('a', 'a1'), message('b', 'b1'), message('a', 'a2')]);
    const { replayTimestamp } = await store.replay({ stream: 'a' });
    await store.append([message('a', 'later')]);
    expect(await store.acknowledge('a', replayTimestamp)).toBe(2);
    expect(await store.acknowledge('a', replayTimestamp)).toBe(0);
    expect(await replayedIds(store)).toEqual(['b1', 'later']);
    expect(await store.acknowledge('c', replayTimestamp)).toBe(0);
  });

  it('does not give what arrived after the replay began', async () => {
    const store = await open();
    await store.append(many('a', 2));
    const replay = await store.replay();
    await store.append([message('a', 'later')]);
    expect((await all(replay)).map(({ id }) => id)).toEqual(['a1', 'a2']);
  });

  it('keeps what arrives after an acknowledgement up to a time to come', async () => {
    const store = await open();
    await store.append([message('a', 'a1')]);
    expect(await store.acknowledge('a', '2999-01-01T00:00:00Z')).toBe(1);
    await store.append([message('a', 'a2')]);
    expect(await replayedIds(store)).toEqual(['a2']);
  });

  it('writes times with 6 decimals, and takes them back with fewer', async () => {
    let now = start;
    const store = await open({ now: () => now });
    now += 2;
    await store.append(many('a', 2));
    expect((await store.replay()).replayTimestamp).toBe('2026-01-02T03:04:05.680001Z');
    expect(await store.acknowledge('a', '2026-01-02T03:04:05.68Z')).toBe(1);
    await expect(store.acknowledge('a', 'yesterday')).rejects.toMatchObject({ code: 'malformed' });
  });

  it('replays what was received later than a time', async () => {
    const store = await open();
    const [first] = await store.append(many('a', 3));
    const since = toTimestamp(first?.receivedAt ?? 0);
    expect((await all(await store.replay({ since }))).map(({ id }) => id)).toEqual(['a2', 'a3']);
  });

  it('replays thousands of small messages and large ones among them in order', async () => {
    const store = await open();
    const large = many('b', 4).map((each) => ({ ...each, bytes: new Uint8Array(700_000) }));
    const sent = [...many('a', 3000), ...large, ...many('c', 3000)];
    await store.append(sent);
    expect(await replayedIds(store)).toEqual(sent.map(({ id }) => id));
    expect(await replayedIds(store, 'b')).toEqual(large.map(({ id }) => id));
    expect(await replayedIds(store, 'a')).toHaveLength(3000);
    await store.openConsumer({ name: 'c', stream: 'b', start: 'all' });
    await store.acknowledge('b', (await store.replay()).replayTimestamp);
    expect(await replayedIds(store)).toEqual(sent.filter(({ stream }) => stream !== 'b').map(({ id }) => id));
  });

  it('counts what it holds', async () => {
    const store = await open();
    await store.append(many('a', 3));
    const [second] = await store.read('a', { afterSeq: 1 });
    await store.acknowledge('a', toTimestamp(second?.receivedAt ?? 0));
    const bytes = measureRecord(message('a', 'a3'));
    expect(await store.stats()).toEqual({
      streams: [{ stream: 'a', messages: 1, bytes, firstSeq: 3, lastSeq: 3, dropped: 0, acknowledgedSeq: 2 }],
      messages: 1,
      bytes,
      dropped: 0,
      deadLetters: 0,
      deadLettersDropped: 0,
    });
  });
}

function describeLimits(open: Open): void {
  it('drops the oldest of a stream that has too many, and counts them', async () => {
    const store = await open({ limits: { messagesPerStream: 3 } });
    await store.append([message('b', 'b1'), ...many('a', 5)]);
    expect(await replayedIds(store)).toEqual(['b1', 'a3', 'a4', 'a5']);
    expect((await store.stats()).streams).toMatchObject([
      { stream: 'b', dropped: 0 },
      { stream: 'a', dropped: 2, firstSeq: 3, lastSeq: 5 },
    ]);
  });

  it('drops the oldest of all streams when they are too large together', async () => {
    const size = measureRecord(message('a', 'a1'));
    const store = await open({ limits: { totalBytes: 3 * size } });
    await store.append([message('a', 'a1'), message('b', 'b1')]);
    await store.append([message('a', 'a2'), message('b', 'b2'), message('b', 'b3')]);
    expect(await replayedIds(store)).toEqual(['a2', 'b2', 'b3']);
    expect(await store.stats()).toMatchObject({ dropped: 2, messages: 3, bytes: 3 * size });
  });

  it('drops what is too old by the clock, and counts it', async () => {
    let now = start;
    const store = await open({ now: () => now, limits: { ageMs: 1000 } });
    await store.append(many('a', 2));
    now += 1000;
    await store.append([message('b', 'b1')]);
    expect(await store.prune()).toBe(0);
    now += 1;
    expect(await store.prune()).toBe(2);
    expect(await replayedIds(store)).toEqual(['b1']);
    expect((await store.stats()).dropped).toBe(2);
  });
}

function describeConsumers(open: Open): void {
  it.each([
    ['new', 4],
    ['all', 1],
    [{ seq: 3 }, 2],
    [{ seq: 99 }, 4],
    [{ since: '1999-01-01T00:00:00Z' }, 1],
    [{ since: '2999-01-01T00:00:00Z' }, 4],
  ] as const)('begins at %o', async (begin, ackedSeq) => {
    const store = await open({ limits: { messagesPerStream: 3 } });
    await store.append(many('a', 4));
    expect(await store.openConsumer({ name: 'c', stream: 'a', start: begin })).toEqual({
      name: 'c',
      stream: 'a',
      ackedSeq,
    });
  });

  it('finds its place again, whatever it asks for', async () => {
    const store = await open();
    await store.append(many('a', 3));
    await store.openConsumer({ name: 'c', stream: 'a', start: 'all' });
    await store.advance({ name: 'c', stream: 'a', ackedSeq: 2 });
    expect(await store.openConsumer({ name: 'c', stream: 'a', start: 'new' })).toMatchObject({ ackedSeq: 2 });
    expect(await store.advance({ name: 'c', stream: 'a', ackedSeq: 1 })).toMatchObject({ ackedSeq: 2 });
    expect(await store.advance({ name: 'c', stream: 'a', ackedSeq: 99 })).toMatchObject({ ackedSeq: 3 });
  });

  it('keeps a message until it is acknowledged and every consumer has passed it', async () => {
    const store = await open();
    await store.openConsumer({ name: 'c', stream: 'a' });
    await store.openConsumer({ name: 'd', stream: 'a' });
    await store.append(many('a', 3));
    await store.acknowledge('a', (await store.replay()).replayTimestamp);
    expect(await replayedIds(store)).toEqual([]);
    expect(await readIds(store, 'a')).toEqual(['a1', 'a2', 'a3']);
    await store.advance({ name: 'c', stream: 'a', ackedSeq: 3 });
    await store.advance({ name: 'd', stream: 'a', ackedSeq: 1 });
    expect(await readIds(store, 'a')).toEqual(['a2', 'a3']);
    await store.append([message('a', 'a4'), message('b', 'b1')]);
    expect(await replayedIds(store)).toEqual(['a4', 'b1']);
    expect(await store.removeConsumer({ name: 'd', stream: 'a' })).toBe(true);
    expect(await readIds(store, 'a')).toEqual(['a4']);
  });

  it('keeps a message that every consumer has passed until it is acknowledged', async () => {
    const store = await open();
    await store.openConsumer({ name: 'c', stream: 'a' });
    await store.append(many('a', 1));
    await store.advance({ name: 'c', stream: 'a', ackedSeq: 1 });
    expect(await replayedIds(store)).toEqual(['a1']);
  });

  it('lists consumers, and knows which are not there', async () => {
    const store = await open();
    await store.openConsumer({ name: 'd', stream: 'b' });
    await store.openConsumer({ name: 'c', stream: 'b' });
    await store.openConsumer({ name: 'z', stream: 'a' });
    expect((await store.listConsumers()).map(({ name, stream }) => stream + name)).toEqual(['az', 'bc', 'bd']);
    expect(await store.removeConsumer({ name: 'c', stream: 'a' })).toBe(false);
    const lost = store.advance({ name: 'c', stream: 'a', ackedSeq: 1 });
    await expect(lost).rejects.toMatchObject({ code: 'consumer-unknown' });
  });
}

function describeDeadLetters(open: Open): void {
  it('takes a message out of its stream, with the reason', async () => {
    const store = await open();
    await store.append(many('a', 3));
    expect(await store.moveToDeadLetters({ stream: 'a', seq: 2, reason: 'refused' })).toBe(true);
    expect(await store.moveToDeadLetters({ stream: 'a', seq: 2, reason: 'refused' })).toBe(false);
    expect(await readIds(store, 'a')).toEqual(['a1', 'a3']);
    expect(await store.listDeadLetters()).toMatchObject([
      { number: 1, reason: 'refused', message: { stream: 'a', seq: 2, id: 'a2' } },
    ]);
    expect(await store.append([message('a', 'a2')])).toMatchObject([{ seq: 2, isDuplicate: true }]);
  });

  it('puts one back at the end of its stream', async () => {
    const store = await open();
    await store.append(many('a', 3));
    await store.moveToDeadLetters({ stream: 'a', seq: 1, reason: 'refused' });
    expect(await store.retryDeadLetter(1)).toMatchObject({ seq: 4, isDuplicate: false });
    expect(await store.retryDeadLetter(1)).toBeNull();
    expect(await readIds(store, 'a')).toEqual(['a2', 'a3', 'a1']);
    expect(await store.append([message('a', 'a1')])).toMatchObject([{ seq: 4, isDuplicate: true }]);
    expect(await store.listDeadLetters()).toEqual([]);
  });

  it('drops the oldest when there are too many, and counts them', async () => {
    const store = await open({ limits: { deadLetters: 2 } });
    await store.append(many('a', 3));
    for (const seq of [1, 2, 3]) await store.moveToDeadLetters({ stream: 'a', seq, reason: 'refused' });
    expect((await store.listDeadLetters()).map(({ number }) => number)).toEqual([2, 3]);
    expect((await store.listDeadLetters({ after: 2 })).map(({ number }) => number)).toEqual([3]);
    expect(await store.listDeadLetters({ limit: 1 })).toHaveLength(1);
    expect(await store.stats()).toMatchObject({ deadLetters: 2, deadLettersDropped: 1, messages: 0, dropped: 0 });
  });
}
