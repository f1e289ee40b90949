import { IpcError } from '../errors.ts';
import type { Envelope } from '../protocol/envelope.ts';
import { checkDepth, MAX_DEPTH } from './check-depth.ts';
import type { Codec } from './codec.ts';
import { parseEnvelope } from './parse-envelope.ts';

const BYTES_KEY = /^\$+bytes$/;

/** One JSON document per line. Bytes in a payload are written as `{"$bytes": "<base64>"}`. */
export const jsonCodec: Codec = {
  encode: (envelope: Envelope): Buffer => {
    // JSON would leave an undefined payload out, and the line would be no envelope.
    const whole = envelope.payload === undefined ? { ...envelope, payload: null } : envelope;
    return Buffer.from(`${JSON.stringify(whole, replaceBytes)}\n`);
  },
};

/** Throws `malformed` for what is not an envelope in JSON. */
export function decodeLine(line: Uint8Array): Envelope {
  const envelope = parseEnvelope(parseJson(line));
  if (line.length > MAX_DEPTH) for (const field of Object.values(envelope)) checkDepth(field);
  return envelope;
}

function parseJson(line: Uint8Array): unknown {
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(line);
    // The reviver costs three times the parse: only lines that need it get it.
    return text.includes('bytes"') ? JSON.parse(text, reviveBytes) : JSON.parse(text);
  } catch (cause) {
    throw new IpcError('malformed', `A line of ${line.length} bytes is not JSON in UTF-8.`, { cause });
  }
}

// A real object that looks like our notation gets one more `$`, which the reader takes off again.
function replaceBytes(this: unknown, key: string, value: unknown): unknown {
  // Buffer.toJSON has run before we are asked: the holder still has the bytes.
  const original: unknown = Reflect.get(Object(this), key);
  // Whole numbers above 2^53, which other languages have and JSON.stringify refuses.
  if (typeof original === 'bigint') return original.toString();
  if (original instanceof Uint8Array) return { $bytes: Buffer.from(original).toString('base64') };
  const name = onlyKey(value);
  return name === undefined ? value : { [`$${name}`]: Reflect.get(Object(value), name) };
}

function reviveBytes(_key: string, value: unknown): unknown {
  const name = onlyKey(value);
  if (name === undefined) return value;
  const inner: unknown = Reflect.get(Object(value), name);
  if (name !== '$bytes') return { [name.slice(1)]: inner };
  return typeof inner === 'string' ? Buffer.from(inner, 'base64') : value;
}

/** The key of an object that has just one, and that one in our notation. */
function onlyKey(value: unknown): string | undefined {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
  const [first, second] = Object.keys(value);
  return first !== undefined && second === undefined && BYTES_KEY.test(first) ? first : undefined;
}
