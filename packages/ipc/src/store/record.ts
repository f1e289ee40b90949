import { crc32 } from 'node:zlib';
import { IpcError } from '../errors.ts';
import type { NewMessage, StoredMessage } from './message-store.ts';

// A message as it crosses to the worker and lies in the database; little endian. A page is records in a row.
//   0 u32 length of all    4 u32 CRC-32 of the rest    8 f64 receivedAt    16 f64 seq
//  24 u16 lengths of stream, id, type    30 u16 zero    32 stream, id, type, bytes
const headBytes = 32;
const maxNameBytes = 0xffff;

/** Size of a record; this is what limits count. Throws `malformed` for names that no record can hold. */
export function measureRecord({ stream, id, type, bytes }: NewMessage): number {
  let size = headBytes + bytes.length;
  for (const name of [stream, id, type]) {
    const length = Buffer.byteLength(name);
    if (length === 0 || length > maxNameBytes) {
      throw new IpcError('malformed', `A stream, id or type has ${length} bytes: 1 to ${maxNameBytes} can be kept.`);
    }
    size += length;
  }
  return size;
}

/** Writes all but number and checksum. Gives the offset after it. */
export function writeRecord(target: Buffer, offset: number, message: NewMessage & { receivedAt: number }): number {
  target.writeDoubleLE(message.receivedAt, offset + 8);
  let end = offset + headBytes;
  const lengths = [message.stream, message.id, message.type].map((name) => {
    const length = target.write(name, end);
    end += length;
    return length;
  });
  for (const [index, length] of lengths.entries()) target.writeUInt16LE(length, offset + 24 + 2 * index);
  target.writeUInt16LE(0, offset + 30);
  target.set(message.bytes, end);
  end += message.bytes.length;
  target.writeUInt32LE(end - offset, offset);
  return end;
}

/** The record at the front of `source`, which must be a whole one. */
export function sliceRecord(source: Buffer, offset: number): Buffer {
  return source.subarray(offset, offset + source.readUInt32LE(offset));
}

/** Gives the record its number and seals it with the checksum. */
export function sealRecord(record: Buffer, { seq, receivedAt }: { seq: number; receivedAt: number }): void {
  record.writeDoubleLE(receivedAt, 8);
  record.writeDoubleLE(seq, 16);
  record.writeUInt32LE(crc32(record.subarray(8)), 4);
}

/** When the message of a record was received. */
export function readReceivedAt(record: Buffer): number {
  return record.readDoubleLE(8);
}

/** Names of a record, without a look at the checksum. */
export function readNames(record: Buffer): { readonly stream: string; readonly id: string } {
  const streamEnd = headBytes + record.readUInt16LE(24);
  return {
    stream: record.toString('utf8', headBytes, streamEnd),
    id: record.toString('utf8', streamEnd, streamEnd + record.readUInt16LE(26)),
  };
}

/**
 * The messages of a page. `bytes` are slices of it, not copies. Throws `store-damaged` where the bytes are not those that
 * were written, or not in the order of receipt.
 */
export function readPage(page: Uint8Array): readonly StoredMessage[] {
  const source = Buffer.from(page.buffer, page.byteOffset, page.byteLength);
  const messages: StoredMessage[] = [];
  let last = 0;
  for (let offset = 0; offset < source.length; ) {
    const length = checkRecord(source, offset);
    const message = readRecord(source, offset, offset + length);
    if (message.receivedAt <= last) throw damaged('messages are out of order');
    last = message.receivedAt;
    messages.push(message);
    offset += length;
  }
  return messages;
}

function checkRecord(source: Buffer, offset: number): number {
  const left = source.length - offset;
  const length = left < headBytes ? 0 : source.readUInt32LE(offset);
  if (length < headBytes || length > left) throw damaged('a message is cut');
  if (crc32(source.subarray(offset + 8, offset + length)) !== source.readUInt32LE(offset + 4)) {
    throw damaged('a message is not what was written');
  }
  return length;
}

function readRecord(source: Buffer, offset: number, end: number): StoredMessage {
  const streamAt = offset + headBytes;
  const idAt = streamAt + source.readUInt16LE(offset + 24);
  const typeAt = idAt + source.readUInt16LE(offset + 26);
  const bytesAt = typeAt + source.readUInt16LE(offset + 28);
  return {
    stream: source.toString('utf8', streamAt, idAt),
    seq: source.readDoubleLE(offset + 16),
    receivedAt: source.readDoubleLE(offset + 8),
    id: source.toString('utf8', idAt, typeAt),
    type: source.toString('utf8', typeAt, bytesAt),
    bytes: source.subarray(bytesAt, end),
  };
}

function damaged(reason: string): IpcError {
  return new IpcError('store-damaged', `The message store is damaged: ${reason}.`);
}
