import { Packr } from 'msgpackr';
import {
  byteAt,
  type Bounded,
  malformed,
  mapCountWidth,
  skipValue,
  stringEnd,
  stringHeader,
  uintAt,
} from './msgpack-scan.ts';

/** What a daemon writes into the heads that pass it. A field that is given as undefined is taken out. */
export interface HeadFields {
  readonly id?: string | undefined;
  readonly from?: string | undefined;
  readonly stream?: string | undefined;
  readonly seq?: number | undefined;
  readonly auth?: undefined;
}

const MAP16 = 0xde;
const packr = new Packr({ useRecords: false });

/**
 * The head of a message (`start` to `headEnd` of the skimmer) with `fields` in it, in place of those of the same names.
 * The body is not needed and stays as it is: it is sent right behind the result.
 */
export function appendHeadFields(head: Uint8Array, fields: HeadFields): Buffer {
  const bytes = Buffer.from(head.buffer, head.byteOffset, head.byteLength);
  const kept = keepOthers({ bytes, limit: bytes.length }, new Set(Object.keys(fields)));
  const added = Object.entries(fields).filter(([, value]) => value !== undefined);
  const prefix = Buffer.from([MAP16, 0, 0]);
  prefix.writeUInt16BE(kept.length + added.length, 1);
  return Buffer.concat([prefix, ...kept, ...added.flat().map((part: unknown) => packr.pack(part))]);
}

/** The fields of a head as slices of it, without the `replaced` ones. */
function keepOthers(source: Bounded, replaced: ReadonlySet<string>): Buffer[] {
  const tag = byteAt(source, 0);
  const width = mapCountWidth(tag);
  if (width < 0) malformed('A head is no map.');
  const kept: Buffer[] = [];
  let at = 1 + width;
  for (let left = width === 0 ? tag & 0x0f : uintAt(source, 1, width); left > 0; left--) {
    const keyEnd = stringEnd(source, at);
    const end = skipValue(source, keyEnd);
    const name = source.bytes.toString('utf8', at + stringHeader(byteAt(source, at)), keyEnd);
    if (!replaced.has(name)) kept.push(source.bytes.subarray(at, end));
    at = end;
  }
  return kept;
}
