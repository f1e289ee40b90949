import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { MessageStore } from '../src/store/message-store.ts';
import { createMemoryStore } from '../src/testing/memory-store.ts';
import { createDirectory, openStore } from './store-world.ts';

/** What is done to both stores, and compared. */
type Step = (store: MessageStore) => Promise<unknown>;
type Action = Step | { readonly jumpMs: number } | 'restart';

const stream = fc.constantFrom('a', 'b', 'ç');
const name = fc.constantFrom('c', 'd');
const seq = fc.integer({ min: 0, max: 25 });
const limits = { messagesPerStream: 8, totalBytes: 2500, ageMs: 60_000, deadLetters: 3 };

const message = fc.record({
  stream,
  id: fc.integer({ min: 0, max: 60 }).map((id) => `id-${id}`),
  type: fc.constantFrom('buffer_x', 'buffer.a.b'),
  bytes: fc.uint8Array({ maxLength: 120 }),
});

async function replay(store: MessageStore, of?: string): Promise<unknown> {
  const { pages, replayTimestamp } = await store.replay({ stream: of });
  return [replayTimestamp, toPlain((await Array.fromAsync(pages)).flat())];
}

/** Buffers and arrays of bytes are the same to the comparison. */
function toPlain(messages: readonly { readonly bytes: Uint8Array }[]): unknown {
  return messages.map(({ bytes, ...rest }) => ({ ...rest, bytes: [...bytes] }));
}

const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 8,
    arbitrary: fc
      .array(message, { minLength: 1, maxLength: 5 })
      .map((all) => (store: MessageStore) => store.append(all)),
  },
  {
    weight: 2,
    arbitrary: fc.option(stream, { nil: undefined }).map((of) => (store: MessageStore) => replay(store, of)),
  },
  fc.record({ stream, seq }).map((at) => async (store: MessageStore) => {
    return toPlain(await store.read(at.stream, { afterSeq: at.seq, limit: 4 }));
  }),
  stream.map((of) => async (store: MessageStore) => {
    return store.acknowledge(of, (await store.replay()).replayTimestamp);
  }),
  fc.record({ stream, seq }).map((at) => async (store: MessageStore) => {
    const [found] = await store.read(at.stream, { afterSeq: at.seq });
    return store.acknowledge(at.stream, new Date((found?.receivedAt ?? 0) / 1000).toISOString());
  }),
  fc
    .record({ name, stream, start: fc.oneof(fc.constantFrom('all' as const, 'new' as const), fc.record({ seq })) })
    .map((consumer) => (store: MessageStore) => store.openConsumer(consumer)),
  {
    weight: 2,
    arbitrary: fc.record({ name, stream, ackedSeq: seq }).map((consumer) => (store: MessageStore) => {
      return store.advance(consumer).catch((error: { code: string }) => error.code);
    }),
  },
  fc.record({ name, stream }).map((consumer) => (store: MessageStore) => store.removeConsumer(consumer)),
  fc.record({ stream, seq }).map((at) => (store: MessageStore) => store.moveToDeadLetters({ ...at, reason: 'no' })),
  fc.integer({ min: 1, max: 6 }).map((number) => (store: MessageStore) => store.retryDeadLetter(number)),
  fc.constant((store: MessageStore) => store.prune()),
);

const action: fc.Arbitrary<Action> = fc.oneof(
  { weight: 20, arbitrary: step },
  { weight: 2, arbitrary: fc.integer({ min: -200_000, max: 200_000 }).map((jumpMs) => ({ jumpMs })) },
  { weight: 1, arbitrary: fc.constant('restart' as const) },
);

async function lookAt(store: MessageStore): Promise<unknown> {
  const letters = await store.listDeadLetters();
  return {
    stats: await store.stats(),
    consumers: await store.listConsumers(),
    letters: letters.map(({ number, reason, message: { id } }) => ({ number, reason, id })),
    replay: await replay(store),
    streams: await Promise.all(['a', 'b', 'ç'].map(async (of) => toPlain(await store.read(of)))),
  };
}

it('does what a plain model does, over restarts and jumps of the clock', async () => {
  const run = async (actions: readonly Action[]): Promise<void> => {
    let clock = Date.parse('2026-01-02T03:04:05Z');
    const options = { limits, now: () => clock };
    const directory = createDirectory();
    await using model = createMemoryStore(options);
    let store = await openStore(directory, options);
    const outcomes: { readonly store: unknown; readonly model: unknown }[] = [];
    for (const each of actions) {
      if (each === 'restart') {
        await store[Symbol.asyncDispose]();
        store = await openStore(directory, options);
      } else if (typeof each === 'object') clock += each.jumpMs;
      else outcomes.push({ store: await each(store), model: await each(model) });
    }
    expect(outcomes.map((each) => each.store)).toEqual(outcomes.map((each) => each.model));
    expect(await lookAt(store)).toEqual(await lookAt(model));
    expect(store.damage).toBeNull();
    await store[Symbol.asyncDispose]();
  };
  const property = fc.asyncProperty(fc.array(action, { minLength: 10, maxLength: 60 }), run);
  const numRuns = Number(process.env['STORE_MODEL_RUNS'] ?? 15);
  await fc.assert(property, { numRuns, interruptAfterTimeLimit: 100_000, endOnFailure: process.env['CI'] === 'true' });
}, 180_000);
