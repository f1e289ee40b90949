import type { Buffer } from 'node:buffer';

/** What is compared. */
export type BusKind = 'ours' | 'nats' | 'ws' | 'socket.io';

/** One connection of a bench to one of the buses. */
export interface Peer {
  publish(subject: string, body: Uint8Array): void;
  subscribe(subject: string, listener: (body: Uint8Array) => void): Promise<void>;
  request(subject: string, body: Uint8Array): Promise<Uint8Array>;
  serve(subject: string, answer: (body: Uint8Array) => Uint8Array): Promise<void>;
  close(): Promise<void>;
}

export const BODY_BYTES = 128;

/** A body with a number, a time and a checksum in it. */
export function writeBody(body: Buffer, sequence: number): void {
  body.writeUInt32LE(sequence, 0);
  body.writeDoubleLE(performance.timeOrigin + performance.now(), 4);
  body.writeUInt32LE((sequence * 2_654_435_761) >>> 0, 16);
  body.writeUInt32LE(sum(body), 12);
}

/** Sum over the words of a body, the one for the sum itself left out. */
export function sum(body: Uint8Array): number {
  const view = new DataView(body.buffer, body.byteOffset, body.byteLength);
  let total = 0;
  for (let at = 0; at < BODY_BYTES; at += 4) {
    if (at !== 12) total = (Math.imul(total, 31) + view.getUint32(at, true)) >>> 0;
  }
  return total;
}
