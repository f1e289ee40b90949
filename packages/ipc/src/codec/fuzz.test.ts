import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import fc from 'fast-check';
import { Packr } from 'msgpackr';
import { describe, expect, it, vi } from 'vitest';
import { IpcError } from '../errors.ts';
import { binaryCodec, decodeFrame } from './binary-codec.ts';
import { decodeLine, jsonCodec } from './json-codec.ts';
import { LineSplitter } from './line-splitter.ts';
import { FrameSkimmer } from './skim-frame.ts';

const RUNS = Number(process.env['FUZZ_RUNS'] ?? 3000);
const packr = new Packr({ useRecords: false });
const seeds = [
  binaryCodec.encode({ type: 'team.build.done', id: '1', payload: { a: [1, 'two', null, { b: Buffer.from('c') }] } }),
  binaryCodec.encode({ type: 'a', id: 'é', from: 'me', to: 'you', seq: 3, stream: 's', x: { y: [1.5] }, payload: 0 }),
  binaryCodec.encode({ type: 'buffer_replay', id: '2', auth: { token: 't' }, expect_response: true, payload: {} }),
];
/** Bytes that mean something to MessagePack: containers, lengths, extensions, records. */
const loaded = fc.constantFrom(
  0x80,
  0x91,
  0xa4,
  0xc1,
  0xc4,
  0xc6,
  0xc7,
  0xc9,
  0xd4,
  0xd8,
  0xdb,
  0xdd,
  0xde,
  0xdf,
  0x72,
  0xff,
  0,
);
const byte = fc.oneof(fc.nat(255), loaded);

interface Edit {
  readonly at: number;
  readonly remove: number;
  readonly insert: readonly number[];
}

const edits = fc.array(
  fc.record<Edit>({ at: fc.nat(400), remove: fc.nat(6), insert: fc.array(byte, { maxLength: 6 }) }),
  { minLength: 1, maxLength: 5 },
);

function damage(whole: Buffer, changes: readonly Edit[]): Buffer {
  return changes.reduce<Buffer>((bytes, { at, remove, insert }) => {
    const place = at % (bytes.length + 1);
    return Buffer.concat([bytes.subarray(0, place), Buffer.from(insert), bytes.subarray(place + remove)]);
  }, whole);
}

const damagedFrame = fc
  .tuple(fc.shuffledSubarray(seeds, { minLength: 1 }), edits)
  .map(([frames, changes]) => damage(Buffer.concat(frames), changes));
const noise = fc.array(byte, { minLength: 1, maxLength: 200 }).map((bytes) => Buffer.from(bytes));
const anyFrame = fc.oneof(damagedFrame, noise);

function codeOf(action: () => unknown): string {
  try {
    action();
  } catch (thrown) {
    return thrown instanceof IpcError ? thrown.code : `foreign: ${String(thrown)}`;
  }
  return 'none';
}

/** Type, id and sender of each head, as the skimmer tells them. */
function skimHeads(frame: Buffer): { readonly told: unknown[]; readonly slices: Buffer[]; readonly code: string } {
  const told: unknown[] = [];
  const slices: Buffer[] = [];
  const code = codeOf(() => {
    const skimmer = new FrameSkimmer({ maxHeadBytes: 8192 });
    skimmer.open(frame);
    while (skimmer.next()) {
      const { type, id, from, to, stream, seq } = skimmer;
      told.push([type, id, from, to, stream, seq]);
      slices.push(frame.subarray(skimmer.start, skimmer.headEnd));
    }
  });
  return { told, slices, code };
}

describe('damaged binary frames', () => {
  it('fail with malformed or make sense, whoever reads them', () => {
    fc.assert(
      fc.property(anyFrame, (frame) => {
        expect(['malformed', 'none']).toContain(skimHeads(frame).code);
        expect(['malformed', 'none']).toContain(codeOf(() => decodeFrame(frame, () => undefined)));
      }),
      { numRuns: RUNS },
    );
  });

  it('say the same to the skimmer, to a MessagePack library and to the decoder', () => {
    fc.assert(
      fc.property(anyFrame, (frame) => {
        const { told, slices, code } = skimHeads(frame);
        const heads = slices.map((slice) => packr.unpack(slice));
        expect(
          heads.map(({ type, id, from, to, stream, seq }) => [type, id, from, to, stream, seq].map(toNumber)),
        ).toEqual(told);
        const decoded: unknown[] = [];
        const decodes = codeOf(() =>
          decodeFrame(frame, ({ type, id, from, to, stream, seq }) =>
            decoded.push([type, id, from, to, stream, seq].map(toNumber)),
          ),
        );
        // The decoder reads bodies too: it may stop earlier, but never sees another head.
        expect(told.slice(0, decoded.length)).toEqual(decoded);
        expect(decodes === 'none' ? code : 'malformed').toBe(decodes);
      }),
      { numRuns: RUNS },
    );
  });

  it('can be told on as JSON when they decode', () => {
    fc.assert(
      fc.property(anyFrame, (frame) => {
        const lines: Buffer[] = [];
        codeOf(() => decodeFrame(frame, (envelope) => lines.push(jsonCodec.encode(envelope))));
        expect(lines.map((line) => codeOf(() => decodeLine(line.subarray(0, -1))))).toEqual(lines.map(() => 'none'));
      }),
      { numRuns: RUNS },
    );
  });

  it.each<[string, number[], string]>([
    ['a cycle', [0xd6, 0x69, 0, 0, 0, 1, 0x91, 0xd6, 0x70, 0, 0, 0, 1], 'malformed'],
    ['undefined', [0xd4, 0, 0], 'none'],
    ['a whole number above 2^53', [0x91, 0xcf, 255, 255, 255, 255, 255, 255, 255, 255], 'none'],
  ])('can hold %s without harm to a JSON receiver', (_name, payload, code) => {
    const head = binaryCodec.encode({ type: 'a', id: '1', payload: 0 }).subarray(0, -6);
    const frame = Buffer.concat([head, Buffer.from([0xc4, payload.length, ...payload])]);
    const told = codeOf(() => decodeFrame(frame, (envelope) => decodeLine(jsonCodec.encode(envelope).subarray(0, -1))));
    expect(told).toBe(code);
  });

  it('give times of other languages as numbers', () => {
    const head = binaryCodec.encode({ type: 'a', id: '1', payload: 0 }).subarray(0, -6);
    decodeFrame(Buffer.concat([head, Buffer.from([0xc4, 9, 0xcf, 0, 0, 1, 0x99, 0, 0, 0, 0])]), ({ payload }) =>
      expect(payload).toBe(0x199_0000_0000),
    );
    expect.assertions(1);
  });

  it('leave no definitions behind for the messages of others', () => {
    // A record that msgpackr would use for the numbers 0x40 to 0x7f of whatever is in the same sequence.
    const record = Buffer.from([0xd4, 0x72, 0x40, 0x91, 0xa4, ...Buffer.from('type'), 0x05]);
    const honest = binaryCodec.encode({ type: 'a', id: '1', x: 0x40, payload: [0x40, 0x41] });
    expect(codeOf(() => decodeFrame(Buffer.concat([record, honest]), () => undefined))).toBe('malformed');
    const inBody = Buffer.concat([
      binaryCodec.encode({ type: 'a', id: '1', payload: 0 }).subarray(0, -6),
      Buffer.from([0xc4, record.length]),
      record,
    ]);
    const payloads: unknown[] = [];
    decodeFrame(Buffer.concat([inBody, honest]), ({ payload }) => payloads.push(payload));
    expect(payloads.at(-1)).toEqual([0x40, 0x41]);
  });
});

describe('frames without end', () => {
  /** Bytes that something still holds. */
  function measureHeld(): number {
    setFlagsFromString('--expose-gc');
    runInNewContext('gc')();
    const { heapUsed, arrayBuffers } = process.memoryUsage();
    return heapUsed + arrayBuffers;
  }

  function readMany(skimmer: FrameSkimmer, from: number, until: number): void {
    for (let number = from; number < until; number++) {
      const frame = binaryCodec.encode({
        type: `t.${number}.${'x'.repeat(40)}`,
        id: `${number}`,
        from: `c${number}`,
        payload: 0,
      });
      skimmer.open(frame);
      while (skimmer.next()) void skimmer.from;
      decodeFrame(frame, () => undefined);
      codeOf(() => decodeFrame(frame.subarray(1), () => undefined));
    }
  }

  /** V8 gives the memory of buffers back on a thread of its own: later, on a busy machine. */
  const settles = { timeout: 20_000, interval: 100 };

  it('are not held once they are read', async () => {
    const skimmers = Array.from({ length: 20 }, () => new FrameSkimmer());
    const head = binaryCodec.encode({ type: 'a', id: '1', payload: 0 }).subarray(0, -6);
    const before = measureHeld();
    for (const skimmer of skimmers) {
      skimmer.open(Buffer.concat([head, Buffer.from([0xc6, 0, 0x10, 0, 0]), Buffer.alloc(0x10_0000)]));
      while (skimmer.next()) void skimmer.id;
    }
    await vi.waitFor(() => expect(measureHeld() - before).toBeLessThan(3_000_000), settles);
    expect(skimmers.map(({ start }) => start)).toEqual(skimmers.map(() => 0));
  });

  it('with a new type and client each leave nothing behind', async () => {
    const skimmer = new FrameSkimmer();
    readMany(skimmer, 0, 5000);
    const before = measureHeld();
    readMany(skimmer, 5000, 45_000);
    await vi.waitFor(() => expect(measureHeld() - before).toBeLessThan(1_000_000), settles);
  });
});

describe('damaged JSON lines', () => {
  const lines = seeds.map((seed) => {
    const written: Buffer[] = [];
    decodeFrame(seed, (envelope) => written.push(jsonCodec.encode(envelope)));
    return Buffer.concat(written);
  });
  const damagedLines = fc
    .tuple(fc.shuffledSubarray(lines, { minLength: 1 }), edits)
    .map(([some, changes]) => damage(Buffer.concat(some), changes));

  it('fail with malformed or too-large, or make sense, however they are cut', () => {
    fc.assert(
      fc.property(fc.oneof(damagedLines, noise), fc.integer({ min: 1, max: 64 }), (bytes, step) => {
        const inPieces: string[] = [];
        const whole: string[] = [];
        readInPieces(bytes, step, inPieces);
        readInPieces(bytes, bytes.length, whole);
        expect(inPieces).toEqual(whole);
        expect(new Set(['none', 'malformed', 'too-large'])).toEqual(
          new Set(['none', 'malformed', 'too-large', ...whole]),
        );
      }),
      { numRuns: RUNS },
    );
  });

  it('become the same messages split at every byte', () => {
    const bytes = Buffer.concat(lines);
    const wanted = lines.map((line) => decodeLine(line.subarray(0, -1)));
    const found = Array.from({ length: bytes.length }, (_, at) => {
      const splitter = new LineSplitter(1000);
      const envelopes: unknown[] = [];
      for (const part of [bytes.subarray(0, at), bytes.subarray(at)])
        splitter.push(part, (line) => envelopes.push(decodeLine(line)));
      return envelopes;
    });
    expect(found.every((envelopes) => JSON.stringify(envelopes) === JSON.stringify(wanted))).toBe(true);
  });
});

/** Notes how each line ended; a line that is too long ends the reading. */
function readInPieces(bytes: Buffer, step: number, codes: string[]): void {
  const splitter = new LineSplitter(300);
  const code = codeOf(() => {
    for (let at = 0; at < bytes.length; at += step) {
      splitter.push(bytes.subarray(at, at + step), (line) => codes.push(codeOf(() => decodeLine(line))));
    }
  });
  if (code !== 'none') codes.push(code);
}

/** The oracle gives 64-bit integers as BigInt. */
function toNumber(value: unknown): unknown {
  return typeof value === 'bigint' ? Number(value) : value;
}
