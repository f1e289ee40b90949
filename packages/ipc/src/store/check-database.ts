import type { DatabaseSync } from 'node:sqlite';
import { IpcError } from '../errors.ts';
import { readPage } from './record.ts';
import type { Entry } from './stream-index.ts';
import type { StreamTable } from './stream-table.ts';
import { Undo } from './undo.ts';

/** Looks at every page. Throws `store-damaged`: a fault is found now, and not when it is met in the middle of the work. */
export function checkPages(database: DatabaseSync): void {
  const verdict = database.prepare('PRAGMA integrity_check(1)').get()?.['integrity_check'];
  if (verdict !== 'ok') throw damaged(String(verdict));
  const head = 'SELECT last_time >= coalesce((SELECT max(received_at) FROM messages), 0) AS sound FROM store';
  if (database.prepare(head).get()?.['sound'] !== 1) throw damaged('its head is missing or older than its messages');
}

/** Looks at every message, and fills the index of its stream. Throws `store-damaged`. */
export function loadMessages(database: DatabaseSync, streams: StreamTable): void {
  const undo = new Undo();
  const rows = database.prepare('SELECT received_at, stream, seq, record FROM messages ORDER BY received_at').iterate();
  for (const row of rows) {
    const stream = streams.byId(row['stream']);
    const entry = toEntry(row, stream.name);
    if (entry === null) throw damaged(`message ${String(row['seq'])} of stream ${stream.name} is not what was written`);
    stream.index.push(entry, undo);
    undo.committed();
  }
  const isWrong = streams.all().find(({ index, lastSeq, messages, bytes }) => {
    const last = index.at(index.length - 1);
    const size = Array.from({ length: index.length }, (_, position) => index.at(position)?.size ?? 0);
    return index.length !== messages || (last?.seq ?? 0) > lastSeq || size.reduce((a, b) => a + b, 0) !== bytes;
  });
  if (isWrong !== undefined) throw damaged(`stream ${isWrong.name} does not hold what it counts`);
}

function toEntry({ received_at, seq, record }: Readonly<Record<string, unknown>>, stream: string): Entry | null {
  if (!(record instanceof Uint8Array)) return null;
  try {
    const [message, more] = readPage(record);
    if (message === undefined || more !== undefined) return null;
    const isSound = message.receivedAt === received_at && message.stream === stream && message.seq === seq;
    return isSound ? { ...toPlace(message), size: record.length } : null;
  } catch (error) {
    if (error instanceof IpcError) return null;
    throw error;
  }
}

function toPlace({ id, seq, receivedAt }: Omit<Entry, 'size'>): Omit<Entry, 'size'> {
  return { id, seq, receivedAt };
}

function damaged(reason: string): IpcError {
  return new IpcError('store-damaged', `The message store is damaged: ${reason}.`);
}
