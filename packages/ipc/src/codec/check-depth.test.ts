import { expect, it } from 'vitest';
import { binaryCodec, decodeFrame } from './binary-codec.ts';
import { MAX_DEPTH } from './check-depth.ts';
import { decodeLine, jsonCodec } from './json-codec.ts';

const nest = (depth: number, kind: 'array' | 'object'): unknown =>
  Array.from({ length: depth }).reduce<unknown>((inner) => (kind === 'array' ? [inner] : { a: inner }), 0);

const readers = {
  frames: (payload: unknown) => decodeFrame(binaryCodec.encode({ type: 'a.b', id: '1', payload }), () => undefined),
  lines: (payload: unknown) => void decodeLine(jsonCodec.encode({ type: 'a.b', id: '1', payload }).subarray(0, -1)),
};

it.each([
  ['frames', 'array'],
  ['frames', 'object'],
  ['lines', 'array'],
  ['lines', 'object'],
] as const)('%s may nest an %s as deep as is meant, and no deeper', (reader, kind) => {
  expect(() => readers[reader](nest(MAX_DEPTH, kind))).not.toThrow();
  expect(() => readers[reader](nest(MAX_DEPTH + 1, kind))).toThrow(/nested deeper/);
});

it('a line that would overflow the stack of an encoder is malformed', () => {
  const line = Buffer.from(`{"type":"a.b","id":"1","payload":${'['.repeat(50_000)}${']'.repeat(50_000)}}`);
  expect(() => decodeLine(line)).toThrow(expect.objectContaining({ code: 'malformed' }));
});

it('a deep field beside the payload is malformed too', () => {
  const line = Buffer.from(`{"type":"a.b","id":"1","payload":0,"x":${'['.repeat(300)}${']'.repeat(300)}}`);
  expect(() => decodeLine(line)).toThrow(expect.objectContaining({ code: 'malformed' }));
});
