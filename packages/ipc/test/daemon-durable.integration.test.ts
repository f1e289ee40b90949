import { setTimeout as sleep } from 'node:timers/promises';
import type { Envelope } from '@swarm-tui/ipc';
import { describe, expect, it, vi } from 'vitest';
import { openWorld, type RawPeer } from './daemon-world.ts';

const consumer = { subjects: ['buffer.log.>'], durable: 'reader', start: 'all' };
const wait = { timeout: 20_000 };

async function publish(peer: RawPeer, from: number, to: number, size = 1): Promise<void> {
  const ids = Array.from({ length: to - from + 1 }, (_, index) => `n${from + index}`);
  for (const id of ids) peer.say('buffer.log.line', id.padEnd(size, '.'), { id });
  await peer.hear(({ type, id }) => type === 'response' && id === ids.at(-1));
}

function seqs(messages: readonly Envelope[]): readonly (number | undefined)[] {
  return messages.map(({ seq }) => seq);
}

function range(from: number, to: number): readonly number[] {
  return Array.from({ length: to - from + 1 }, (_, index) => from + index);
}

describe.each(['binary', 'json-lines'] as const)('durable consumers over %s', (encoding) => {
  it('get all that was kept, then what comes, and go on after their last acknowledgement', async () => {
    const { connect } = await openWorld();
    const writer = await connect(encoding);
    await publish(writer, 1, 700);
    const first = await connect(encoding);
    expect((await first.ask('subscribe', consumer)).data).toEqual({ subscriptions: 1 });
    await publish(writer, 701, 720);
    await first.hear(({ seq }) => seq === 720);
    expect(seqs(first.all('buffer.log.line'))).toEqual(range(1, 720));
    expect((await first.ask('consumer_ack', { stream: 'log', name: 'reader', seq: 500 })).data).toEqual({
      acked_seq: 500,
    });
    first.link.destroy('gone');
    await publish(writer, 721, 730);
    const second = await connect(encoding);
    await second.ask('subscribe', consumer);
    await second.hear(({ seq }) => seq === 730);
    expect(seqs(second.all('buffer.log.line'))).toEqual(range(501, 730));
    expect((await second.ask('consumer_remove', { stream: 'log', name: 'reader' })).data).toEqual({ removed: true });
  });

  it('of one name are one: a second connection takes over, and the first is told', async () => {
    const { connect } = await openWorld();
    const [writer, first, second] = [await connect(encoding), await connect(encoding), await connect(encoding)];
    await first.ask('subscribe', consumer);
    await publish(writer, 1, 3);
    await first.hear(({ seq }) => seq === 3);
    await second.ask('subscribe', consumer);
    await publish(writer, 4, 5);
    await second.hear(({ seq }) => seq === 5);
    expect(seqs(second.all('buffer.log.line'))).toEqual(range(1, 5));
    expect((await first.hear(({ type }) => type === 'error')).payload).toMatchObject({ error_code: 'CANCELLED' });
    expect(seqs(await first.settled('buffer.log.line'))).toEqual(range(1, 3));
  });

  it('lose nothing when they read slowly, and slow nobody down', async () => {
    const { connect, daemon } = await openWorld();
    const [writer, slow, fast] = [await connect(encoding), await connect(encoding), await connect(encoding)];
    await slow.ask('subscribe', consumer);
    await fast.ask('subscribe', { ...consumer, durable: 'other' });
    slow.link.pauseReading(true);
    const size = 100_000;
    await publish(writer, 1, 150, size);
    await fast.hear(({ seq }) => seq === 150);
    expect(slow.all('buffer.log.line').length).toBeLessThan(150);
    slow.link.pauseReading(false);
    await slow.hear(({ seq }) => seq === 150);
    for (const peer of [slow, fast]) expect(seqs(peer.all('buffer.log.line'))).toEqual(range(1, 150));
    expect((await daemon.stats()).dropped).toBe(0);
  });

  it('must name their stream, and cannot drop', async () => {
    const { connect } = await openWorld();
    const peer = await connect(encoding);
    expect((await peer.ask('subscribe', { subjects: ['buffer_*'], durable: 'x' })).code).toBe('MESSAGE_FORMAT_INVALID');
    expect((await peer.ask('subscribe', { ...consumer, policy: 'drop-oldest' })).code).toBe('MESSAGE_FORMAT_INVALID');
    expect((await peer.ask('subscribe', { subjects: ['a.b'], policy: 'pause' })).code).toBe('MESSAGE_FORMAT_INVALID');
    await peer.register('agent', { taskspace_id: 'ts-1' });
    expect((await peer.ask('subscribe', consumer)).code).toBe('AUTHENTICATION_FAILED');
  });
});

describe.each(['binary', 'json-lines'] as const)('a client over %s that reads too slowly', (encoding) => {
  const limits = { dropAboveBytes: 1_000_000 };

  it('loses the oldest and is told how many; others lose nothing', async () => {
    const { connect, daemon } = await openWorld({ limits });
    const [writer, slow, fast] = [await connect('binary'), await connect(encoding), await connect('binary')];
    await writer.register();
    for (const peer of [slow, fast]) await peer.ask('subscribe', { subjects: ['bulk.>'] });
    slow.link.pauseReading(true);
    const body = 'x'.repeat(50_000);
    const count = 400;
    for (let index = 0; index < count; index++) {
      writer.say('bulk.data', { index, body }, { from: writer.id });
      // As fast as the fast one reads: the other one holds nobody up.
      if (index % 10 === 9) await fast.hear(({ payload }) => Object(payload).index === index);
    }
    slow.link.pauseReading(false);
    await slow.hear(({ payload }) => Object(payload).index === count - 1);
    const got = slow.all('bulk.data').map(({ payload }) => Object(payload).index);
    const lost = slow.all('lagged').reduce((total, { payload }) => total + Object(payload).dropped, 0);
    expect(got).toEqual(got.toSorted((a, b) => a - b));
    expect(lost).toBeGreaterThan(0);
    expect(got.length + lost).toBe(count);
    expect(fast.all('bulk.data')).toHaveLength(count);
    await vi.waitFor(async () => expect((await daemon.stats()).dropped).toBe(lost), wait);
  });

  it('is disconnected when it asked for that', async () => {
    const { connect } = await openWorld({ limits });
    const [writer, slow] = [await connect('binary'), await connect(encoding)];
    await writer.register();
    await slow.ask('subscribe', { subjects: ['bulk.>'], policy: 'disconnect' });
    slow.link.pauseReading(true);
    for (let index = 0; index < 200; index++) {
      writer.say('bulk.data', 'x'.repeat(50_000), { from: writer.id });
      if (index % 20 === 0) await sleep(1);
    }
    expect((await writer.ask('heartbeat')).status).toBe('success');
    slow.link.pauseReading(false);
    await slow.closed();
    expect(slow.all('bulk.data').length).toBeLessThan(200);
  });
});
