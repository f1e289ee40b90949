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
/** Above this share of all messages those of one stream are found faster by walking past the others. */
const denseShare = 1 / 8;

// group_concat keeps the bytes as they are (UTF-8 database) and takes them in the order of the inner query; whoever reads
// the page checks the order all the same.
const joined = `SELECT CAST(group_concat(record, '') AS BLOB) AS records`;

/** Reads pages of many messages as one piece of memory: SQLite joins the records, no row becomes an object. */
export class PageReader {
  readonly #streams: StreamTable;
  readonly #byTimes: StatementSync;
  readonly #ofStream: StatementSync;
  readonly #all: Walk;
  readonly #unacknowledged: Walk;

  constructor(database: DatabaseSync, streams: StreamTable) {
    this.#streams = streams;
    this.#byTimes = database.prepare(`${joined} FROM
      (SELECT record FROM json_each(?) AS times CROSS JOIN messages ON received_at = times.value ORDER BY times.key)`);
    this.#ofStream = database.prepare(`${joined} FROM
      (SELECT record FROM messages WHERE received_at BETWEEN ? AND ? AND stream = ? ORDER BY received_at)`);
    this.#all = new Walk(database, 'messages');
    this.#unacknowledged = new Walk(
      database,
      'messages JOIN streams ON streams.id = messages.stream AND seq > streams.acknowledged_seq',
    );
  }

  read(request: PageRequest): Page {
    if (request.stream === null) return this.#readAll(request);
    const row = this.#streams.find(request.stream);
    return row === undefined ? nothing : this.#readStream(row, request);
  }

  #readStream(row: StreamRow, request: PageRequest): Page {
    const { index, acknowledgedSeq } = row;
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
    return { records: this.#join(row, times), last, isLast: first + times.length >= end };
  }

  #join({ id, messages }: StreamRow, times: readonly number[]): Uint8Array<ArrayBuffer> {
    const [first = 0, last = 0] = [times[0], times.at(-1)];
    const isDense = messages >= this.#streams.messages * denseShare;
    const row = isDense ? this.#ofStream.get(first, last, id) : this.#byTimes.get(JSON.stringify(times));
    return toBytes(row?.['records']);
  }

  #readAll({ after, since, until, limit, maxBytes }: PageRequest): Page {
    // Acknowledged ones are only there when a durable consumer still wants them: mostly nobody has to look for them.
    const isMixed = this.#streams.all().some((row) => (row.index.first?.seq ?? Infinity) <= row.acknowledgedSeq);
    const walk = isMixed ? this.#unacknowledged : this.#all;
    const averageBytes = this.#streams.bytes / Math.max(1, this.#streams.messages);
    const likely = Math.max(1, Math.floor((0.8 * maxBytes) / Math.max(1, averageBytes)));
    return walk.read([Math.max(after, since), until], { maxRows: Math.min(limit, likely, maxRows), maxBytes });
  }
}

const nothing: Page = { records: null, last: 0, isLast: true };

interface Measured {
  readonly count: number;
  readonly last: number;
}

interface WalkBounds {
  readonly maxRows: number;
  readonly maxBytes: number;
}

/** Pages of some messages of all streams, in the order of their receipt. */
class Walk {
  readonly #total: StatementSync;
  readonly #sizes: StatementSync;
  readonly #records: StatementSync;

  constructor(database: DatabaseSync, rows: string) {
    const of = (column: string): string =>
      `SELECT received_at, ${column} FROM ${rows} WHERE received_at > ? AND received_at <= ? ORDER BY received_at LIMIT ?`;
    const size = of('length(record) AS size');
    this.#total = database.prepare(
      `SELECT count(*) AS count, sum(size) AS bytes, max(received_at) AS last FROM (${size})`,
    );
    this.#sizes = database.prepare(size);
    this.#records = database.prepare(`${joined} FROM (${of('record')})`);
  }

  read(where: readonly [number, number], { maxRows: asked, maxBytes }: WalkBounds): Page {
    const total = this.#total.get(...where, asked);
    const isWhole = Number(total?.['bytes'] ?? 0) <= maxBytes;
    const whole = { count: Number(total?.['count']), last: Number(total?.['last']) };
    const { count, last } = isWhole ? whole : this.#measure(where, asked, maxBytes);
    if (count === 0) return nothing;
    const records = toBytes(this.#records.get(...where, count)?.['records']);
    return { records, last, isLast: isWhole && count < asked };
  }

  /** One by one, where the messages are larger than most. */
  #measure(where: readonly [number, number], asked: number, maxBytes: number): Measured {
    let [count, bytes, last] = [0, 0, 0];
    for (const row of this.#sizes.iterate(...where, asked)) {
      bytes += Number(row['size']);
      if (count > 0 && bytes > maxBytes) break;
      count += 1;
      last = Number(row['received_at']);
    }
    return { count, last };
  }
}

function toBytes(value: unknown): Uint8Array<ArrayBuffer> {
  if (value instanceof Uint8Array && value.buffer instanceof ArrayBuffer) {
    return new Uint8Array(value.buffer, value.byteOffset, value.byteLength);
  }
  throw new Error('SQLite did not join the records to a blob');
}
