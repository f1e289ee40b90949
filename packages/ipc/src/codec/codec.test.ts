import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { IpcError } from '../errors.ts';
import type { Envelope } from '../protocol/envelope.ts';
import { binaryCodec, decodeFrame } from './binary-codec.ts';
import { OutgoingMessage } from './codec.ts';
import { decodeLine, jsonCodec } from './json-codec.ts';
import { LineSplitter } from './line-splitter.ts';

const key = fc
  .oneof(fc.string(), fc.constantFrom('$bytes', '$$bytes', '$$$bytes'))
  .filter((name) => name !== '__proto__');
const bytes = fc.uint8Array({ maxLength: 40 }).map((array) => Buffer.from(array));
const { value: payload } = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 4 },
    fc.string({ unit: 'binary' }),
    fc.integer(),
    fc.double({ noNaN: true, noDefaultInfinity: true }).map((number) => number + 0),
    fc.boolean(),
    fc.constant(null),
    bytes,
    fc.array(tie('value'), { maxLength: 4 }),
    fc.dictionary(key, tie('value'), { maxKeys: 4, noNullPrototype: true }),
  ),
}));
const text = fc.string({ minLength: 1, maxLength: 20 });
const envelope: fc.Arbitrary<Envelope> = fc.record({ type: text, id: text, payload, extra: fc.string() });

function decodeBinary(frame: Uint8Array): readonly Envelope[] {
  const envelopes: Envelope[] = [];
  decodeFrame(frame, (decoded) => envelopes.push(decoded));
  return envelopes;
}

/** Cuts `whole` at the given places, wherever they are. */
function cut(whole: Buffer, places: readonly number[]): readonly Buffer[] {
  const ends = [...places.map((place) => place % (whole.length + 1)), whole.length].toSorted((a, b) => a - b);
  return ends.map((end, index) => whole.subarray(ends[index - 1] ?? 0, end));
}

function codeOf(action: () => unknown): string {
  try {
    action();
  } catch (thrown) {
    return thrown instanceof IpcError ? thrown.code : `foreign: ${String(thrown)}`;
  }
  return 'none';
}

describe('both codecs', () => {
  it('round-trip any payload and keep unknown fields, many messages in a row', () => {
    fc.assert(
      fc.property(fc.array(envelope, { minLength: 1, maxLength: 5 }), (envelopes) => {
        const frame = Buffer.concat(envelopes.map((one) => binaryCodec.encode(one)));
        expect(decodeBinary(frame)).toEqual(envelopes);
        expect(envelopes.map((one) => decodeLine(jsonCodec.encode(one).subarray(0, -1)))).toEqual(envelopes);
      }),
    );
  });

  it('encodes once, whoever asks', () => {
    const message = new OutgoingMessage({ type: 'a', id: '1', payload: {} });
    expect(message.encodedBy(jsonCodec)).toBe(message.encodedBy(jsonCodec));
    expect(message.encodedBy(binaryCodec)).not.toEqual(message.encodedBy(jsonCodec));
  });

  it.each([
    ['no payload', { type: 'a', id: '1' }],
    ['no id', { type: 'a', payload: {} }],
    ['no type', { id: '1', payload: {} }],
    ['a number as type', { type: 7, id: '1', payload: {} }],
    ['an endless id', { type: 'a', id: 'x'.repeat(257), payload: {} }],
    ['a number as sender', { type: 'a', id: '1', payload: {}, from: 7 }],
    ['null as addressee', { type: 'a', id: '1', payload: {}, to: null }],
    ['half a seq', { type: 'a', id: '1', payload: {}, seq: 1.5 }],
    ['an array', []],
    ['null', null],
  ])('refuses %s', (_name, value) => {
    expect(codeOf(() => decodeLine(Buffer.from(JSON.stringify(value))))).toBe('malformed');
  });
});

describe('binary frames', () => {
  it('never fail with anything but malformed, whatever the bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 1, maxLength: 300 }), (noise) => {
        expect(['malformed', 'none']).toContain(codeOf(() => decodeBinary(noise)));
      }),
      { numRuns: 2000 },
    );
  });

  it('are refused when cut anywhere, and decode well afterwards', () => {
    const frame = binaryCodec.encode({ type: 'a', id: '1', payload: { list: [1, 'two', Buffer.from('three')] } });
    const codes = Array.from({ length: frame.length }, (_, end) => codeOf(() => decodeBinary(frame.subarray(0, end))));
    expect(new Set(codes)).toEqual(new Set(['malformed']));
    expect(decodeBinary(frame)).toHaveLength(1);
  });

  it('refuse a flipped byte or decode it to another envelope, but never crash', () => {
    const frame = binaryCodec.encode({ type: 'subject', id: '1', payload: { a: [1, 2, { b: 'c' }] } });
    fc.assert(
      fc.property(fc.nat(frame.length - 1), fc.nat(255), (position, byte) => {
        const damaged = Buffer.from(frame);
        damaged[position] = byte;
        expect(['malformed', 'none']).toContain(codeOf(() => decodeBinary(damaged)));
      }),
      { numRuns: 2000 },
    );
  });

  it('refuse nesting that is deeper than any stack', () => {
    const nested = Buffer.alloc(1_000_000, 0x91);
    const head = binaryCodec.encode({ type: 'a', id: '1', payload: 0 }).subarray(0, -6);
    const prefix = Buffer.from([0xc6, 0, 0x0f, 0x42, 0x40]);
    expect(codeOf(() => decodeBinary(nested))).toBe('malformed');
    expect(codeOf(() => decodeBinary(Buffer.concat([head, prefix, nested])))).toBe('malformed');
  });

  it('copy bytes out of the frame, which is freed', () => {
    const frame = binaryCodec.encode({ type: 'a', id: '1', payload: { data: Buffer.from('abc') } });
    const [decoded] = decodeBinary(frame);
    frame.fill(0);
    expect(decoded?.payload).toEqual({ data: Buffer.from('abc') });
  });
});

describe('JSON lines', () => {
  it('come whole out of any chunking', () => {
    const places = fc.array(fc.nat(), { maxLength: 12 });
    fc.assert(
      fc.property(fc.array(envelope, { maxLength: 5 }), places, (envelopes, where) => {
        const decoded: Envelope[] = [];
        const splitter = new LineSplitter(1_000_000);
        for (const chunk of cut(Buffer.concat(envelopes.map((one) => jsonCodec.encode(one))), where)) {
          splitter.push(chunk, (line) => decoded.push(decodeLine(line)));
        }
        expect(decoded).toEqual(envelopes);
      }),
    );
  });

  it('write bytes as base64 and escape what looks like it', () => {
    const line = jsonCodec.encode({
      type: 'a',
      id: '1',
      payload: [Buffer.from('hi'), { $bytes: 'aGk=' }, { $bytes: 1, b: 2 }],
    });
    expect(line.toString()).toBe(
      '{"type":"a","id":"1","payload":[{"$bytes":"aGk="},{"$$bytes":"aGk="},{"$bytes":1,"b":2}]}\n',
    );
  });

  it.each(['{', 'nonsense', '{"type":"a"', '\u0000', '[1,2'])('are malformed: %j', (line) => {
    expect(codeOf(() => decodeLine(Buffer.from(line)))).toBe('malformed');
  });

  it('are malformed when they are not UTF-8 or nest too deeply', () => {
    expect(codeOf(() => decodeLine(Buffer.from([0x22, 0xff, 0xfe, 0x22])))).toBe('malformed');
    expect(codeOf(() => decodeLine(Buffer.from('[{"$bytes":'.repeat(200_000))))).toBe('malformed');
  });

  it('are refused above the limit, in one chunk or in many', () => {
    const splitter = new LineSplitter(10);
    const lines: string[] = [];
    splitter.push(Buffer.from('0123456789\n01234'), (line) => lines.push(Buffer.from(line).toString()));
    expect(lines).toEqual(['0123456789']);
    expect(codeOf(() => splitter.push(Buffer.from('567890'), () => undefined))).toBe('too-large');
    expect(codeOf(() => new LineSplitter(10).push(Buffer.from('01234567890\n'), () => undefined))).toBe('too-large');
  });
});
