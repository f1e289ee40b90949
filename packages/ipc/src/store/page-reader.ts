import type { DatabaseSync, StatementSync } from 'node:sqlite';
import type { StreamRow, StreamTable } from './stream-table.ts';

export interface PageRequest {
  /** Null: all streams, in order of arrival. */
  readonly stream: string | null;
  /** Where the page before ended: a number of the stream, or a time when all streams are read. */
  readonly after: number;
  readonly since: number;
  readonly until: number;
  readonly withAcknowledged: boolean;
  readonly limit: number;
  readonly maxBytes: number;
}

/** Records in a row, and where the next page begins. */
export interface Page {
  readonly records: Uint8Array<ArrayBuffer> | null;
  readonly last: number;
  readonly isLast: boolean;
}

/** Messages that are looked at for one page. */
const maxRows = 4096;

// group_concat keeps the bytes as they are (UTF-8 database) and takes them in the order of the inner query; whoever reads
// the page checks the order all the same.
const joined = `SELECT CAST(group_concat(record, '') AS BLOB) AS records`;
const unacknowledged = `messages JOIN streams ON streams.id = messages.stream AND seq > streams.acknowledged_seq`;
const range = 'WHERE received_at > ? AND received_at <= ? ORDER BY received_at LIMIT ?';

/** Reads pages of many messages as one piece of memory: SQLite joins the records, no row becomes an object. */
export class PageReader {
  readonly #streams: StreamTable;
  readonly #byTimes: StatementSync;
  readonly #all: Walk;
  readonly #unacknowledged: Walk;

  constructor(database: DatabaseSync, streams: StreamTable) {
    this.#streams = streams;
    this.#byTimes = database.prepare(`${joined} FROM
      (SELECT record FROM json_each(?) AS times CROSS JOIN messages ON received_at = times.value ORDER BY times.key)`);
    this.#all = createWalk(database, 'messages');
    this.#unacknowledged = createWalk(database, unacknowledged);
  }

  read(request: PageRequest): Page {
    if (request.stream === null) return this.#readAll(request);
    const row = this.#streams.find(request.stream);
    return row === undefined ? nothing : this.#readStream(row, request);
  }

  #readStream({ index, acknowledgedSeq }: StreamRow, request: PageRequest): Page {
    const after = request.withAcknowledged ? request.after : Math.max(request.after, acknowledgedSeq);
    const first = Math.max(index.after(after), index.later(request.since));
    const end = Math.min(index.later(request.until), first + request.limit);
    const times: number[] = [];
    let [bytes, last] = [0, 0];
    for (let position = first; position < Math.min(end, first + maxRows); position += 1) {
      const entry = index.at(position);
      bytes += entry?.size ?? 0;
      if (entry === undefined || (times.length > 0 && bytes > request.maxBytes)) break;
      times.push(entry.receivedAt);
      last = entry.seq;
    }
    if (times.length === 0) return nothing;
    const records = toBytes(this.#byTimes.get(JSON.stringify(times))?.['records']);
    return { records, last, isLast: first + times.length >= end };
  }

  #readAll({ after, since, until, limit, maxBytes }: PageRequest): Page {
    // Acknowledged ones are only there when a durable consumer still wants them: mostly nobody has to look for them.
    const isMixed = this.#streams.all().some((row) => (row.index.first?.seq ?? Infinity) <= row.acknowledgedSeq);
    const { sizes, records } = isMixed ? this.#unacknowledged : this.#all;
    const where = [Math.max(after, since), until] as const;
    const asked = Math.min(limit, maxRows);
    let [count, bytes, last, isCut] = [0, 0, 0, false];
    for (const row of sizes.all(...where, asked)) {
      bytes += Number(row['size']);
      isCut = count > 0 && bytes > maxBytes;
      if (isCut) break;
      count += 1;
      last = Number(row['received_at']);
    }
    if (count === 0) return nothing;
    return { records: toBytes(records.get(...where, count)?.['records']), last, isLast: !isCut && count < asked };
  }
}

const nothing: Page = { records: null, last: 0, isLast: true };

interface Walk {
  readonly sizes: StatementSync;
  readonly records: StatementSync;
}

function createWalk(database: DatabaseSync, rows: string): Walk {
  return {
    sizes: database.prepare(`SELECT received_at, length(record) AS size FROM ${rows} ${range}`),
    records: database.prepare(`${joined} FROM (SELECT record FROM ${rows} ${range})`),
  };
}

function toBytes(value: unknown): Uint8Array<ArrayBuffer> {
  if (value instanceof Uint8Array && value.buffer instanceof ArrayBuffer) {
    return new Uint8Array(value.buffer, value.byteOffset, value.byteLength);
  }
  throw new Error('SQLite did not join the records to a blob');
}
