import { gunzipSync, gzipSync } from 'node:zlib';
import { IpcError } from '../errors.ts';
import type { Envelope } from './envelope.ts';

const BASE64 = /^[A-Za-z0-9+/]*={0,2}$/;

/** The envelope with its payload as base64 of gzip of JSON (symposium-ipc, section 2). */
export function compressPayload(envelope: Envelope): Envelope {
  const text = JSON.stringify(envelope.payload ?? null);
  return { ...envelope, payload: gzipSync(text).toString('base64'), payload_compressed: true };
}

/**
 * The payload of an envelope, unpacked when it is compressed. Throws `too-large` as soon as more than `maxBytes` of JSON
 * come out, however little went in, and `malformed` for what is no base64, gzip or JSON.
 */
export function openPayload({ payload, payload_compressed: isCompressed }: Envelope, maxBytes: number): unknown {
  if (isCompressed !== true) return payload;
  if (typeof payload !== 'string' || !BASE64.test(payload)) {
    throw new IpcError('malformed', 'A compressed payload is base64.');
  }
  return parseJson(inflate(Buffer.from(payload, 'base64'), maxBytes));
}

function inflate(bytes: Buffer, maxBytes: number): Buffer {
  try {
    return gunzipSync(bytes, { maxOutputLength: maxBytes });
  } catch (cause) {
    if (cause instanceof RangeError) {
      throw new IpcError('too-large', `A compressed payload holds more than ${maxBytes} bytes.`, { cause });
    }
    throw new IpcError('malformed', 'A compressed payload is not gzip, or is cut off.', { cause });
  }
}

function parseJson(bytes: Buffer): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch (cause) {
    throw new IpcError('malformed', 'A compressed payload is not JSON in UTF-8.', { cause });
  }
}
