import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { IpcError } from '../errors.ts';
import { compressPayload, openPayload } from './compressed-payload.ts';
import type { Envelope } from './envelope.ts';

const MAX_BYTES = 1000;

function withPayload(payload: unknown): Envelope {
  return { type: 'a.b', id: '1', payload, payload_compressed: true };
}

function packed(bytes: Uint8Array | string): Envelope {
  return withPayload(gzipSync(bytes).toString('base64'));
}

function codeOf(envelope: Envelope): string {
  try {
    openPayload(envelope, MAX_BYTES);
  } catch (thrown) {
    return thrown instanceof IpcError ? thrown.code : `foreign: ${String(thrown)}`;
  }
  return 'none';
}

describe('compressed payloads', () => {
  it('come back as they were', () => {
    fc.assert(
      fc.property(fc.json(), (text) => {
        const payload: unknown = JSON.parse(text);
        const compressed = compressPayload({ type: 'a.b', id: '1', payload, extra: 1 });
        expect(compressed).toMatchObject({ type: 'a.b', id: '1', extra: 1, payload_compressed: true });
        expect(openPayload(compressed, 100_000)).toEqual(JSON.parse(JSON.stringify(payload)));
      }),
    );
  });

  it('are left alone when they are not compressed', () => {
    const payload = { any: 'thing' };
    expect(openPayload({ type: 'a.b', id: '1', payload }, 1)).toBe(payload);
    expect(openPayload({ type: 'a.b', id: '1', payload, payload_compressed: false }, 1)).toBe(payload);
  });

  it('may be exactly as large as allowed', () => {
    expect(codeOf(packed(`"${'x'.repeat(MAX_BYTES - 2)}"`))).toBe('none');
    expect(codeOf(packed(`"${'x'.repeat(MAX_BYTES - 1)}"`))).toBe('too-large');
  });

  it('are refused when little becomes much, without unpacking it all', () => {
    const bomb = packed(Buffer.alloc(64 * 1024 * 1024));
    expect(String(bomb.payload).length).toBeLessThan(100_000);
    const before = process.memoryUsage().arrayBuffers;
    expect(codeOf(bomb)).toBe('too-large');
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(8 * 1024 * 1024);
  });

  it('are refused when several streams in a row become too much', () => {
    const one = gzipSync(`"${'x'.repeat(600)}"`);
    expect(codeOf(withPayload(Buffer.concat([one, one]).toString('base64')))).toBe('too-large');
  });

  it.each<[string, Envelope]>([
    ['an object', withPayload({})],
    ['text that is no base64', withPayload('not base64!')],
    ['no gzip', withPayload(Buffer.from('plain').toString('base64'))],
    ['nothing', withPayload('')],
    ['a cut-off stream', withPayload(gzipSync('{"a":1}').subarray(0, -9).toString('base64'))],
    ['something else than JSON', packed('{')],
    ['broken UTF-8', packed(Buffer.from([0x22, 0xff, 0x22]))],
  ])('are malformed: %s', (_name, envelope) => {
    expect(codeOf(envelope)).toBe('malformed');
  });

  it('never fail otherwise, whatever is in them', () => {
    const good = gzipSync('{"a":[1,2,3]}');
    fc.assert(
      fc.property(fc.nat(good.length - 1), fc.nat(255), (at, byte) => {
        const damaged = Buffer.from(good);
        damaged[at] = byte;
        expect(['malformed', 'too-large', 'none']).toContain(codeOf(withPayload(damaged.toString('base64'))));
      }),
    );
  });
});
