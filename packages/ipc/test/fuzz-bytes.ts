import { gzipSync } from 'node:zlib';
import { messageTypes } from '@swarm-tui/ipc';
import fc from 'fast-check';
import { Packr } from 'msgpackr';

type Message = Readonly<Record<string, unknown>>;

const packr = new Packr({ useRecords: false });

/** The document's own examples, and what else a client may say. */
export const examples: readonly Message[] = [
  ...Object.entries(messageTypes).map(([type, { example }], index) => ({
    type,
    id: `e${index}`,
    payload: example.payload,
  })),
  { type: 'team.build.done', id: '1', payload: { a: [1, 'two', null, { b: 1.5 }] } },
  { type: 'team.build.ask', id: '2', payload: {}, expect_response: true },
  { type: 'team.build.to', id: '3', payload: {}, to: 'nobody', from: 'somebody' },
  { type: 'buffer.ts-1.log', id: '4', payload: { line: 'x'.repeat(200) } },
  { type: 'subscribe', id: '5', payload: { subjects: ['>', 'team.*', 'buffer_*'], queue: 'q', policy: 'disconnect' } },
  { type: 'subscribe', id: '6', payload: { subjects: ['buffer.ts-1.>'], durable: 'd', stream: 'ts-1', start: 'all' } },
  { type: 'unsubscribe', id: '7', payload: { subjects: ['>'] } },
  { type: 'heartbeat', id: '8', payload: {}, auth: { token: 'swarm_000000000000_x', client_id: 'y' } },
  { type: 'team.a', id: '9', payload: gzipSync(Buffer.alloc(4 << 20)).toString('base64'), payload_compressed: true },
  { type: 'buffer_taskspace_update', id: '10', payload: 'H4sIAAAA', payload_compressed: true },
  { type: 'team.__proto__.x', id: '11', payload: { __proto__: { a: 1 }, constructor: { prototype: {} } } },
].map((message) => ({ ...message }));

export const toLine = (message: Message): Buffer => Buffer.from(`${JSON.stringify(message)}\n`);

export function toPair({ payload, ...head }: Message): Buffer {
  const body = packr.pack(payload);
  const prefix = Buffer.from([0xc6, 0, 0, 0, 0]);
  prefix.writeUInt32BE(body.length, 1);
  return Buffer.concat([packr.pack(head), prefix, body]);
}

export const upgradeRequest = Buffer.from(
  [
    'GET / HTTP/1.1',
    'Host: localhost',
    'Connection: Upgrade',
    'Upgrade: websocket',
    'Sec-WebSocket-Version: 13',
    'Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==',
    '\r\n',
  ].join('\r\n'),
);

/** A binary WebSocket message with a mask of zeros. */
export function toWebSocketFrame(bytes: Buffer): Buffer {
  const head = Buffer.alloc(14);
  head[0] = 0x82;
  head[1] = 0x80 | 127;
  head.writeBigUInt64BE(BigInt(bytes.length), 2);
  return Buffer.concat([head, bytes]);
}

const loaded = fc.constantFrom(
  0x80,
  0x91,
  0xa4,
  0xc1,
  0xc6,
  0xc9,
  0xd4,
  0xd8,
  0xdb,
  0xdd,
  0xdf,
  0x22,
  0x5c,
  0x7b,
  0x0a,
  0xff,
  0,
);
const byte = fc.oneof(fc.nat(255), loaded);
const edits = fc.array(fc.record({ at: fc.nat(2000), remove: fc.nat(8), insert: fc.array(byte, { maxLength: 8 }) }), {
  maxLength: 4,
});

function damage(whole: Buffer, changes: readonly { at: number; remove: number; insert: readonly number[] }[]): Buffer {
  return changes.reduce<Buffer>((bytes, { at, remove, insert }) => {
    const place = at % (bytes.length + 1);
    return Buffer.concat([bytes.subarray(0, place), Buffer.from(insert), bytes.subarray(place + remove)]);
  }, whole);
}

const random = fc.uint8Array({ maxLength: 300 }).map((bytes) => Buffer.from(bytes));
const some = fc.shuffledSubarray([...examples], { minLength: 1, maxLength: 6 });
/** Messages whose fields hold what nobody expects there. */
const odd = fc
  .record(
    {
      type: fc.oneof(fc.constantFrom(...examples.map(({ type }) => type)), fc.string(), fc.jsonValue()),
      id: fc.oneof(fc.string(), fc.jsonValue()),
      payload: fc.oneof(
        fc.jsonValue(),
        fc.constant({ taskspace_id: 'ts-1', subjects: ['..', '', '*.>', 'a'.repeat(600)] }),
      ),
      to: fc.jsonValue(),
      from: fc.jsonValue(),
      seq: fc.oneof(fc.integer(), fc.double()),
      stream: fc.jsonValue(),
      expect_response: fc.jsonValue(),
      payload_compressed: fc.jsonValue(),
      auth: fc.jsonValue(),
    },
    { requiredKeys: ['type', 'id', 'payload'] },
  )
  .map((message): Message => message);
const nested = fc.integer({ min: 100, max: 50_000 });

/** What is sent after the first byte told JSON lines. */
export const hostileLines = fc.oneof(
  fc.tuple(some, edits).map(([messages, changes]) => damage(Buffer.concat(messages.map(toLine)), changes)),
  fc.array(odd, { minLength: 1, maxLength: 5 }).map((messages) => Buffer.concat(messages.map(toLine))),
  nested.map((depth) => Buffer.from(`{"type":"team.a","id":"1","payload":${'['.repeat(depth)}\n`)),
  nested.map((depth) => Buffer.from(`{"type":"team.a","id":"1","payload":${'['.repeat(depth)}${']'.repeat(depth)}}\n`)),
  fc.constant(Buffer.concat([Buffer.from('{"type":"'), Buffer.alloc(300_000, 0x78)])),
  random.map((bytes) => Buffer.concat([Buffer.from('{'), bytes, Buffer.from('\n')])),
);

/** Bytes of a frame. */
const hostileFrames = fc.oneof(
  fc.tuple(some, edits).map(([messages, changes]) => damage(Buffer.concat(messages.map(toPair)), changes)),
  fc.array(odd, { minLength: 1, maxLength: 5 }).map((messages) => Buffer.concat(messages.map(toPair))),
  nested.map((depth) =>
    Buffer.concat([toPair({ type: 'team.a', id: '1', payload: 0 }).subarray(0, -6), openArrays(depth)]),
  ),
  fc.constant(Buffer.from([0x81, 0xa4, 0x74, 0x79, 0x70, 0x65, 0xdb, 0xff, 0xff, 0xff, 0xff])),
  fc.constant(toPair({ type: 'team.a', id: '1', payload: 'x'.repeat(300_000) })),
  random,
);

/** What is sent after a good upgrade: frames that hold anything, or anything instead of frames. */
export const hostileWebSocket = fc.oneof(
  {
    weight: 4,
    arbitrary: fc
      .array(hostileFrames, { minLength: 1, maxLength: 3 })
      .map((frames) => Buffer.concat(frames.map(toWebSocketFrame))),
  },
  {
    weight: 1,
    arbitrary: fc
      .tuple(some, edits)
      .map(([messages, changes]) => damage(toWebSocketFrame(Buffer.concat(messages.map(toPair))), changes)),
  },
  { weight: 1, arbitrary: random },
);

/** What is sent to a socket that knows nothing of us. */
export const hostileBeginnings = fc.oneof(
  random,
  edits.map((changes) => damage(upgradeRequest, changes)),
  random.map((bytes) => Buffer.concat([Buffer.from('GET '), bytes, Buffer.from('\r\n\r\n')])),
);

function openArrays(depth: number): Buffer {
  const prefix = Buffer.from([0xc6, 0, 0, 0, 0]);
  prefix.writeUInt32BE(depth, 1);
  return Buffer.concat([prefix, Buffer.alloc(depth, 0x91)]);
}
