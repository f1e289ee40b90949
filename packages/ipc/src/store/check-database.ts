import type { DatabaseSync } from 'node:sqlite';
import { IpcError } from '../errors.ts';
import type { StoredMessage } from './message-store.ts';
import { readPage } from './record.ts';
import type { StreamTable } from './stream-table.ts';

/** Looks at every page. Throws `store-damaged`: a fault is found now, and not when it is met in the middle of the work. */
export function checkPages(database: DatabaseSync): void {
  const verdict = database.prepare('PRAGMA integrity_check(1)').get()?.['integrity_check'];
  if (verdict !== 'ok') throw damaged(String(verdict));
  const head = 'SELECT last_time >= coalesce((SELECT max(received_at) FROM messages), 0) AS sound FROM store';
  if (database.prepare(head).get()?.['sound'] !== 1) throw damaged('its head is missing or older than its messages');
}

/** Messages that are looked at in one step. */
const stepRows = 1024;

/** Looks at every message, and fills the index of its stream. Throws `store-damaged`. */
export function loadMessages(database: DatabaseSync, streams: StreamTable): void {
  const page = 'FROM messages WHERE received_at > ? ORDER BY received_at LIMIT ?';
  const columns = database.prepare(`SELECT received_at, stream, seq, length(record) AS size ${page}`);
  const records = database.prepare(
    `SELECT CAST(group_concat(record, '') AS BLOB) AS records FROM (SELECT record ${page})`,
  );
  let last = 0;
  for (;;) {
    const rows = columns.all(last, stepRows);
    if (rows.length === 0) break;
    const bytes = records.get(last, stepRows)?.['records'];
    const messages = bytes instanceof Uint8Array ? readPage(bytes) : [];
    if (messages.length !== rows.length) throw damaged('a message is not what was written');
    for (const [index, row] of rows.entries()) keep(streams, row, messages[index]);
    last = Number(rows.at(-1)?.['received_at']);
  }
  checkCounts(streams);
}

function keep(streams: StreamTable, row: Readonly<Record<string, unknown>>, message: StoredMessage | undefined): void {
  const stream = streams.byId(row['stream']);
  if (
    message === undefined ||
    message.receivedAt !== row['received_at'] ||
    message.seq !== row['seq'] ||
    message.stream !== stream.name
  ) {
    throw damaged(`message ${String(row['seq'])} of stream ${stream.name} is not what was written`);
  }
  const { id, seq, receivedAt } = message;
  stream.index.load({ id, seq, receivedAt, size: Number(row['size']) });
}

function checkCounts(streams: StreamTable): void {
  for (const { name, index, lastSeq, messages, bytes } of streams.all()) {
    let size = 0;
    for (let position = 0; position < index.length; position += 1) size += index.at(position)?.size ?? 0;
    const last = index.at(index.length - 1)?.seq ?? 0;
    if (index.length !== messages || last > lastSeq || size !== bytes) {
      throw damaged(`stream ${name} does not hold what it counts`);
    }
  }
}

function damaged(reason: string): IpcError {
  return new IpcError('store-damaged', `The message store is damaged: ${reason}.`);
}
