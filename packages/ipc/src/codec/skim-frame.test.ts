import fc from 'fast-check';
import { Packr } from 'msgpackr';
import { describe, expect, it } from 'vitest';
import { IpcError } from '../errors.ts';
import type { Envelope } from '../protocol/envelope.ts';
import { appendHeadFields } from './append-head-fields.ts';
import { binaryCodec, decodeFrame } from './binary-codec.ts';
import { FrameSkimmer, MAX_HEAD_BYTES } from './skim-frame.ts';

const packr = new Packr({ useRecords: false, variableMapSize: true });
const body = Buffer.from([0xc4, 1, 0x80]);

interface Skimmed {
  readonly fields: Readonly<Record<string, unknown>>;
  readonly head: Buffer;
  readonly packedPayload: Buffer;
}

function skim(frame: Uint8Array, skimmer = new FrameSkimmer()): readonly Skimmed[] {
  const found: Skimmed[] = [];
  skimmer.open(frame);
  while (skimmer.next()) {
    const { type, id, to, from, stream, seq, timestamp, expectsResponse, start, headEnd, bodyStart, end } = skimmer;
    const fields = { type, id, to, from, stream, seq, timestamp, expect_response: expectsResponse || undefined };
    found.push({
      fields: JSON.parse(JSON.stringify(fields)),
      head: Buffer.from(frame.subarray(start, headEnd)),
      packedPayload: Buffer.from(frame.subarray(bodyStart, end)),
    });
  }
  return found;
}

function problemOf(action: () => unknown): string {
  try {
    action();
  } catch (thrown) {
    return thrown instanceof IpcError ? `${thrown.code}: ${thrown.message}` : `foreign: ${String(thrown)}`;
  }
  return 'none';
}

const text = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 30 });
const known = fc.record(
  {
    type: text,
    id: text,
    to: text,
    from: text,
    stream: text,
    seq: fc.maxSafeNat(),
    timestamp: fc.constant('2026-01-01T00:00:00Z'),
    expect_response: fc.constant(true),
  },
  { requiredKeys: ['type', 'id'] },
);
// msgpackr renames __proto__, and JSON writes no -0.
const json = fc
  .json({ maxDepth: 3 })
  .filter((written) => !written.includes('__proto__'))
  .map((written): unknown => JSON.parse(written, (_key, value) => (Object.is(value, -0) ? 0 : value)));
const extra = fc.dictionary(
  text.map((name) => `x_${name}`),
  json,
  { maxKeys: 4, noNullPrototype: true },
);
const message = fc.tuple(known, extra, json);

describe('a skimmed frame', () => {
  it('has the heads that were written, in order, and shares the frame out among its messages', () => {
    fc.assert(
      fc.property(fc.array(message, { maxLength: 6 }), (messages) => {
        const frames = messages.map(([head, more, payload]) => binaryCodec.encode({ ...more, ...head, payload }));
        const found = skim(Buffer.concat(frames));
        expect(found.map(({ fields }) => fields)).toEqual(messages.map(([head]) => head));
        expect(found.map(({ packedPayload }) => packr.unpack(packedPayload))).toEqual(
          messages.map(([, , payload]) => payload),
        );
        expect(found.map(({ head, packedPayload }) => head.length + 5 + packedPayload.length)).toEqual(
          frames.map((frame) => frame.length),
        );
      }),
    );
  });

  it('is read the same however maps and texts are written', () => {
    const wide = Buffer.concat([
      Buffer.from([0xdf, 0, 0, 0, 4, 0xd9, 4]),
      Buffer.from('type'),
      Buffer.from([0xdb, 0, 0, 0, 3]),
      Buffer.from('a.b'),
      Buffer.from([0xda, 0, 2]),
      Buffer.from('id'),
      Buffer.from([0xd9, 1]),
      Buffer.from('7'),
      packr.pack('seq'),
      Buffer.from([0xcf, 0, 0, 0, 1, 0, 0, 0, 0]),
      packr.pack('other'),
      Buffer.from([0xdc, 0, 2, 0xc6, 0, 0, 0, 1, 9, 0xdf, 0, 0, 0, 1, 0xa1, 0x61, 0xca, 0, 0, 0, 0]),
    ]);
    const [found] = skim(Buffer.concat([wide, Buffer.from([0xc5, 0, 1, 0xc0])]));
    expect(found?.fields).toEqual({ type: 'a.b', id: '7', seq: 2 ** 32 });
    expect(found?.packedPayload).toEqual(Buffer.from([0xc0]));
  });

  it('gives the same string for the same type, and lets go of the frame', () => {
    const skimmer = new FrameSkimmer();
    const frame = binaryCodec.encode({ type: 'team.build', id: '1', payload: 0 });
    const [first] = skim(frame, skimmer);
    frame.fill(0);
    const [second] = skim(binaryCodec.encode({ type: 'team.build', id: '2', payload: 0 }), skimmer);
    expect([first?.fields['type'], second?.fields['type']]).toEqual(['team.build', 'team.build']);
  });

  it('tells credentials, compressed payloads and unknown fields', () => {
    const skimmer = new FrameSkimmer();
    skimmer.open(
      Buffer.concat([
        binaryCodec.encode({ type: 'a', id: '1', auth: { token: 't' }, payload_compressed: true, payload: '' }),
        binaryCodec.encode({ type: 'a', id: '2', other: 1, payload: '' }),
      ]),
    );
    skimmer.next();
    expect([skimmer.hasAuth, skimmer.isCompressed, skimmer.hasOthers]).toEqual([true, true, false]);
    skimmer.next();
    expect([skimmer.hasAuth, skimmer.isCompressed, skimmer.hasOthers]).toEqual([false, false, true]);
  });
});

describe('a frame is malformed', () => {
  const pair = (head: unknown): Buffer => Buffer.concat([packr.pack(head), body]);
  const text5 = packr.pack('hello');

  it.each<[string, Buffer, RegExp]>([
    ['without a type', pair({ id: '1' }), /lacks its type/],
    ['without an id', pair({ type: 'a' }), /lacks its id/],
    ['with an empty type', pair({ type: '', id: '1' }), /type has 0/],
    ['with an endless type', pair({ type: 'x'.repeat(513), id: '1' }), /type has 513/],
    ['with an endless id', pair({ type: 'a', id: 'ü'.repeat(257) }), /An id/],
    ['with a number as id', pair({ type: 'a', id: 1 }), /where text belongs/],
    ['with a number as from', pair({ type: 'a', id: '1', from: 1 }), /where text belongs/],
    ['with null as timestamp', pair({ type: 'a', id: '1', timestamp: null }), /where text belongs/],
    ['with a text as expect_response', pair({ type: 'a', id: '1', expect_response: 'yes' }), /true or false/],
    ['with a negative seq', pair({ type: 'a', id: '1', seq: -1 }), /seq/],
    ['with half a seq', pair({ type: 'a', id: '1', seq: 1.5 }), /seq/],
    ['with a payload in the head', pair({ type: 'a', id: '1', payload: 1 }), /payload/],
    ['with a date in the head', pair({ type: 'a', id: '1', at: new Date() }), /extension/],
    ['with a head that is an array', pair(['type', 'a']), /where a head belongs/],
    ['with a field name that is a number', Buffer.from([0x81, 1, 1, ...body]), /where text belongs/],
    ['with a field twice', Buffer.from([0x82, 0xa2, 0x69, 0x64, 0xa1, 0x31, 0xa2, 0x69, 0x64, 0xa1, 0x32]), /twice/],
    ['with overlong UTF-8 in a name', Buffer.from([0x81, 0xa2, 0xc1, 0xa9, 0xa1, 0x31]), /UTF-8/],
    [
      'with a lone surrogate in a type',
      Buffer.from([0x81, 0xa4, ...Buffer.from('type'), 0xa3, 0xed, 0xa0, 0x80]),
      /UTF-8/,
    ],
    ['with a number as name deeper down', pair({ type: 'a', id: '1', x: [new Map([[1, 2]])] }), /where text belongs/],
    ['with nesting without end', Buffer.concat([Buffer.from([0x81, 0xa1, 0x78]), Buffer.alloc(3000, 0x91)]), /deeper/],
    ['with a count that lies', Buffer.from([0xdf, 0xff, 0xff, 0xff, 0xff, 0xa1, 0x78, 1]), /cut off/],
    ['with a text that is said to be huge', Buffer.from([0x81, 0xdb, 0xff, 0xff, 0xff, 0xff, 0x61]), /cut off/],
    ['with a body that is no bin', Buffer.concat([packr.pack({ type: 'a', id: '1' }), text5]), /without a body/],
    ['with an empty body', Buffer.concat([packr.pack({ type: 'a', id: '1' }), Buffer.from([0xc4, 0])]), /empty/],
    [
      'with a huge body',
      Buffer.concat([packr.pack({ type: 'a', id: '1' }), Buffer.from([0xc6, 255, 255, 255, 255, 1])]),
      /cut off/,
    ],
    ['with a head of 5 kB', pair({ type: 'a', id: '1', x: 'x'.repeat(5000) }), /too long/],
  ])('%s', (_name, frame, problem) => {
    expect(problemOf(() => skim(frame))).toMatch(/^malformed: /);
    expect(problemOf(() => skim(frame))).toMatch(problem);
  });

  it('when it is cut anywhere', () => {
    const frame = binaryCodec.encode({ type: 'a.b', id: '1', from: 'me', x: [1, { y: 'z' }], payload: { list: [1] } });
    const cuts = Array.from({ length: frame.length - 1 }, (_, index) => frame.subarray(0, index + 1));
    expect(new Set(cuts.map((part) => problemOf(() => skim(part)).split(':')[0]))).toEqual(new Set(['malformed']));
  });

  it('only behind the messages that were good', () => {
    const good = binaryCodec.encode({ type: 'a', id: '1', payload: 0 });
    const skimmer = new FrameSkimmer();
    skimmer.open(Buffer.concat([good, good, Buffer.from([0xc1])]));
    expect([skimmer.next(), skimmer.next()]).toEqual([true, true]);
    expect(() => skimmer.next()).toThrow(IpcError);
  });
});

describe('appended head fields', () => {
  const fields = fc.record(
    { from: text, stream: text, seq: fc.maxSafeNat(), auth: fc.constant(undefined) },
    { requiredKeys: [] },
  );

  it('are in the head, once, and everything else is as it was', () => {
    fc.assert(
      fc.property(message, fields, ([head, more, payload], added) => {
        const before: Envelope = { ...more, auth: { token: 'secret' }, ...head, payload };
        const [only] = skim(binaryCodec.encode(before));
        const after = Buffer.concat([
          appendHeadFields(only?.head ?? Buffer.alloc(0), added),
          Buffer.from([0xc6, 0, 0, 0, 0]).fill(only?.packedPayload.length ?? 0, 4),
          only?.packedPayload ?? Buffer.alloc(0),
        ]);
        fc.pre((only?.packedPayload.length ?? 0) < 256);
        const decoded: Envelope[] = [];
        decodeFrame(after, (envelope) => decoded.push(envelope));
        expect(decoded).toEqual([JSON.parse(JSON.stringify({ ...before, ...added }))]);
      }),
    );
  });

  it('may make a head as long as a receiver still takes', () => {
    const [longest] = skim(
      Buffer.concat([packr.pack({ type: 'a', id: '1', x: 'x'.repeat(MAX_HEAD_BYTES - 20) }), body]),
    );
    const head = appendHeadFields(longest?.head ?? Buffer.alloc(0), {
      from: 'f'.repeat(256),
      stream: 's'.repeat(512),
      seq: 1,
    });
    expect(problemOf(() => decodeFrame(Buffer.concat([head, body]), () => undefined))).toBe('none');
  });

  it('are refused for what is no head', () => {
    expect(problemOf(() => appendHeadFields(Buffer.from([0x01]), { from: 'me' }))).toMatch(/^malformed/);
    expect(problemOf(() => appendHeadFields(Buffer.from([0x82, 0xa1, 0x61, 1]), { from: 'me' }))).toMatch(/^malformed/);
  });
});

describe('encoding a head', () => {
  it('leaves out fields without a value', () => {
    const [found] = skim(binaryCodec.encode({ type: 'a', id: '1', timestamp: undefined, payload: 0 }));
    expect(packr.unpack(found?.head ?? Buffer.alloc(0))).toEqual({ type: 'a', id: '1' });
  });

  it.each<[string, object, string]>([
    ['too long', { x: 'x'.repeat(10_000) }, 'too-large'],
    ['too deep', { x: JSON.parse('['.repeat(40) + ']'.repeat(40)) }, 'malformed'],
    ['of the wrong kind', { from: 7 }, 'malformed'],
  ])('is refused before it could break a receiver: %s', (_name, more, code) => {
    expect(problemOf(() => binaryCodec.encode({ type: 'a', id: '1', payload: 0, ...more }))).toMatch(
      new RegExp(`^${code}`),
    );
  });
});
