import { sliceRecord } from './record.ts';
import type { StoreDatabase } from './store-database.ts';
import type { StoreRequest } from './store-messages.ts';

interface Run {
  readonly offset: number;
  readonly first: number;
  readonly count: number;
}

/** The records of a batch, and where they came to lie. */
export class BatchRecords {
  /** `seq` and `receivedAt` of each record. */
  readonly places: Float64Array<ArrayBuffer>;
  readonly #records: Buffer;
  readonly #runs = new Map<number, Run>();

  constructor({ buffer, byteOffset, length }: Uint8Array<ArrayBuffer>, requests: readonly StoreRequest[]) {
    this.#records = Buffer.from(buffer, byteOffset, length);
    let [offset, first] = [0, 0];
    for (const [index, request] of requests.entries()) {
      if (request.op !== 'append') continue;
      const { count } = request.args;
      this.#runs.set(index, { offset, first, count });
      for (let left = count; left > 0; left -= 1) offset += sliceRecord(this.#records, offset).length;
      first += count;
    }
    this.places = new Float64Array(first * 2);
  }

  /** Stores those of one request, inside a transaction; may be tried again in another one. */
  insert(database: StoreDatabase, index: number): void {
    let { offset, first, count } = this.#runs.get(index) ?? { offset: 0, first: 0, count: 0 };
    for (; count > 0; count -= 1) {
      const record = sliceRecord(this.#records, offset);
      const { seq, receivedAt } = database.insert(record);
      this.places[first * 2] = seq;
      this.places[first * 2 + 1] = receivedAt;
      offset += record.length;
      first += 1;
    }
  }
}
