import { IpcError } from '../errors.ts';
import type { Consumer, ConsumerStart } from '../store/consumer-store.ts';
import type { DeadLetter, DeadLetterOptions } from '../store/dead-letter-store.ts';
import type {
  MessageStore,
  NewMessage,
  ReadOptions,
  Replay,
  ReplayOptions,
  Stored,
  StoredMessage,
  StoreStats,
} from '../store/message-store.ts';
import { measureRecord } from '../store/record.ts';
import { defaultStoreLimits, type StoreLimits } from '../store/store-limits.ts';
import { parseTimestamp, toTimestamp } from '../store/timestamp.ts';

interface Stream {
  readonly name: string;
  messages: StoredMessage[];
  lastSeq: number;
  acknowledgedSeq: number;
  dropped: number;
}

interface Remembered {
  readonly stream: string;
  readonly id: string;
  readonly seq: number;
  readonly receivedAt: number;
}

interface MemoryStoreOptions {
  readonly limits?: Partial<StoreLimits> | undefined;
  readonly now?: (() => number) | undefined;
}

/** A store that keeps nothing over the end of the process: for tests. It passes the same contract suite as the real one. */
export function createMemoryStore(options: MemoryStoreOptions = {}): MessageStore {
  return new MemoryStore(options);
}

/** Says what each call means in the plainest way, which is also what the real store is compared with. */
class MemoryStore implements MessageStore {
  readonly limits: StoreLimits;
  readonly damage = null;
  readonly #now: () => number;
  readonly #streams = new Map<string, Stream>();
  #remembered: Remembered[] = [];
  #consumers: Consumer[] = [];
  #letters: DeadLetter[] = [];
  #lettersDropped = 0;
  #lastLetter = 0;
  #lastTime: number;
  #durableTime: number;
  #isClosed = false;

  constructor({ limits, now = Date.now }: MemoryStoreOptions) {
    this.limits = { ...defaultStoreLimits, ...limits };
    this.#now = now;
    this.#lastTime = Math.floor(now() * 1000);
    this.#durableTime = this.#lastTime;
  }

  async append(messages: readonly NewMessage[]): Promise<readonly Stored[]> {
    this.#refuseWhenClosed();
    const bytes = messages.reduce((sum, message) => sum + measureRecord(message), 0);
    if (bytes > Math.min(this.limits.totalBytes, this.limits.waitingBytes)) {
      throw new IpcError('too-large', `Messages of ${bytes} bytes at once are more than the store may ever hold.`);
    }
    const stored = messages.map((message) => this.#insert(message, this.#nextTime()));
    this.#enforceLimits();
    return stored;
  }

  async read(name: string, { afterSeq = 0, since, limit = 1000, maxBytes = 2 ** 20 }: ReadOptions = {}) {
    this.#refuseWhenClosed();
    const from = since === undefined ? 0 : parseTimestamp(since);
    const found = this.#find(name)?.messages.filter(({ seq, receivedAt }) => seq > afterSeq && receivedAt > from) ?? [];
    let bytes = 0;
    return found.slice(0, limit).filter((message, index) => {
      bytes += measureRecord(message);
      return index === 0 || bytes <= maxBytes;
    });
  }

  async replay({ stream, since }: ReplayOptions = {}): Promise<Replay> {
    this.#refuseWhenClosed();
    const from = since === undefined ? 0 : parseTimestamp(since);
    const streams = [...this.#streams.values()].filter(({ name }) => stream === undefined || name === stream);
    const messages = streams
      .flatMap((each) => each.messages.filter(({ seq }) => seq > each.acknowledgedSeq))
      .filter(({ receivedAt }) => receivedAt > from)
      .toSorted((a, b) => a.receivedAt - b.receivedAt);
    const pages = (async function* () {
      if (messages.length > 0) yield messages;
    })();
    return { pages, replayTimestamp: toTimestamp(this.#durableTime) };
  }

  async acknowledge(name: string, replayTimestamp: string): Promise<number> {
    this.#refuseWhenClosed();
    const until = parseTimestamp(replayTimestamp);
    const stream = this.#find(name);
    const done = stream?.messages.filter(
      ({ seq, receivedAt }) => receivedAt <= until && seq > (stream?.acknowledgedSeq ?? 0),
    );
    const last = done?.at(-1);
    if (stream === undefined || done === undefined || last === undefined) return 0;
    stream.acknowledgedSeq = last.seq;
    this.#removeDone(stream);
    return done.length;
  }

  async openConsumer({
    name,
    stream,
    start = 'new',
  }: {
    name: string;
    stream: string;
    start?: ConsumerStart | undefined;
  }) {
    this.#refuseWhenClosed();
    const known = this.#findConsumer(name, stream);
    if (known !== undefined) return known;
    const row = this.#ensure(stream);
    const before = (row.messages[0]?.seq ?? row.lastSeq + 1) - 1;
    const consumer = { name, stream, ackedSeq: Math.min(Math.max(before, startSeq(row, start)), row.lastSeq) };
    this.#consumers.push(consumer);
    return consumer;
  }

  async advance({ name, stream, ackedSeq }: Consumer): Promise<Consumer> {
    this.#refuseWhenClosed();
    const known = this.#findConsumer(name, stream);
    const row = this.#find(stream);
    if (known === undefined || row === undefined)
      throw new IpcError('consumer-unknown', `There is no consumer ${name}.`);
    const moved = { name, stream, ackedSeq: Math.max(known.ackedSeq, Math.min(ackedSeq, row.lastSeq)) };
    this.#consumers = this.#consumers.map((each) => (each === known ? moved : each));
    this.#removeDone(row);
    return moved;
  }

  async removeConsumer({ name, stream }: { readonly name: string; readonly stream: string }): Promise<boolean> {
    this.#refuseWhenClosed();
    const known = this.#findConsumer(name, stream);
    if (known === undefined) return false;
    this.#consumers = this.#consumers.filter((each) => each !== known);
    this.#removeDone(this.#ensure(stream));
    return true;
  }

  async listConsumers(): Promise<readonly Consumer[]> {
    this.#refuseWhenClosed();
    const compare = (a: string, b: string): number => (a < b ? -1 : Number(a > b));
    return this.#consumers.toSorted((a, b) => compare(a.stream, b.stream) || compare(a.name, b.name));
  }

  async moveToDeadLetters(letter: { readonly stream: string; readonly seq: number; readonly reason: string }) {
    this.#refuseWhenClosed();
    const stream = this.#find(letter.stream);
    const message = stream?.messages.find(({ seq }) => seq === letter.seq);
    if (stream === undefined || message === undefined) return false;
    this.#remove(stream, [message]);
    this.#letters.push({ number: ++this.#lastLetter, reason: letter.reason, message });
    const size = (): number => this.#letters.reduce((sum, each) => sum + measureRecord(each.message), 0);
    while (this.#letters.length > this.limits.deadLetters || size() > this.limits.deadLetterBytes) {
      this.#letters.shift();
      this.#lettersDropped += 1;
    }
    this.#trimRemembered();
    return true;
  }

  async listDeadLetters({ after = 0, limit = 100 }: DeadLetterOptions = {}): Promise<readonly DeadLetter[]> {
    this.#refuseWhenClosed();
    return this.#letters.filter(({ number }) => number > after).slice(0, limit);
  }

  async retryDeadLetter(number: number): Promise<Stored | null> {
    this.#refuseWhenClosed();
    const receivedAt = this.#nextTime();
    this.#durableTime = receivedAt;
    const letter = this.#letters.find((each) => each.number === number);
    if (letter === undefined) return null;
    const { stream, id, type, bytes } = letter.message;
    this.#letters = this.#letters.filter((each) => each !== letter);
    this.#remembered = this.#remembered.filter((each) => each.stream !== stream || each.id !== id);
    const stored = this.#insert({ stream, id, type, bytes }, receivedAt);
    this.#enforceLimits();
    return stored;
  }

  async stats(): Promise<StoreStats> {
    this.#refuseWhenClosed();
    const streams = [...this.#streams.values()].map(({ name, messages, lastSeq, dropped, acknowledgedSeq }) => ({
      stream: name,
      messages: messages.length,
      bytes: messages.reduce((sum, message) => sum + measureRecord(message), 0),
      firstSeq: messages[0]?.seq ?? lastSeq + 1,
      lastSeq,
      dropped,
      acknowledgedSeq,
    }));
    const sum = (field: 'messages' | 'bytes' | 'dropped'): number => streams.reduce((all, row) => all + row[field], 0);
    return {
      streams,
      messages: sum('messages'),
      bytes: sum('bytes'),
      dropped: sum('dropped'),
      deadLetters: this.#letters.length,
      deadLettersDropped: this.#lettersDropped,
    };
  }

  async prune(): Promise<number> {
    this.#refuseWhenClosed();
    const before = Math.floor((this.#now() - this.limits.ageMs) * 1000);
    let dropped = 0;
    for (const stream of this.#inOrder()) {
      const old = stream.messages.filter(({ receivedAt }) => receivedAt < before);
      dropped += this.#drop(stream, old);
    }
    this.#trimRemembered();
    return dropped;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#isClosed = true;
  }

  #refuseWhenClosed(): void {
    if (this.#isClosed) throw new IpcError('closed', 'The message store is closed.');
  }

  #nextTime(): number {
    this.#lastTime = Math.max(this.#lastTime + 1, Math.floor(this.#now() * 1000));
    return this.#lastTime;
  }

  #find(name: string): Stream | undefined {
    return this.#streams.get(name);
  }

  #inOrder(): readonly Stream[] {
    return [...this.#streams.values()];
  }

  #ensure(name: string): Stream {
    const known = this.#streams.get(name);
    if (known !== undefined) return known;
    const stream: Stream = { name, messages: [], lastSeq: 0, acknowledgedSeq: 0, dropped: 0 };
    this.#streams.set(name, stream);
    return stream;
  }

  #findConsumer(name: string, stream: string): Consumer | undefined {
    return this.#consumers.find((each) => each.name === name && each.stream === stream);
  }

  #insert(message: NewMessage, receivedAt: number): Stored {
    this.#durableTime = receivedAt;
    const stream = this.#ensure(message.stream);
    const known =
      stream.messages.find(({ id }) => id === message.id) ??
      this.#remembered.find((each) => each.stream === message.stream && each.id === message.id);
    if (known !== undefined) return { seq: known.seq, receivedAt: known.receivedAt, isDuplicate: true };
    stream.lastSeq += 1;
    stream.messages.push({ ...message, bytes: message.bytes.slice(), seq: stream.lastSeq, receivedAt });
    return { seq: stream.lastSeq, receivedAt, isDuplicate: false };
  }

  #enforceLimits(): void {
    for (const stream of this.#inOrder()) {
      this.#drop(stream, stream.messages.slice(0, Math.max(0, stream.messages.length - this.limits.messagesPerStream)));
    }
    const size = (): number =>
      this.#inOrder().reduce(
        (sum, { messages }) => sum + messages.reduce((all, each) => all + measureRecord(each), 0),
        0,
      );
    while (size() > this.limits.totalBytes) {
      const [oldest] = this.#inOrder()
        .filter(({ messages }) => messages.length > 0)
        .toSorted((a, b) => (a.messages[0]?.receivedAt ?? 0) - (b.messages[0]?.receivedAt ?? 0));
      if (oldest !== undefined) this.#drop(oldest, oldest.messages.slice(0, 1));
    }
    this.#trimRemembered();
  }

  #removeDone(stream: Stream): void {
    const places = this.#consumers.filter((each) => each.stream === stream.name).map(({ ackedSeq }) => ackedSeq);
    const done = Math.min(stream.acknowledgedSeq, ...places);
    this.#remove(
      stream,
      stream.messages.filter(({ seq }) => seq <= done),
    );
    this.#trimRemembered();
  }

  #drop(stream: Stream, messages: readonly StoredMessage[]): number {
    this.#remove(stream, messages);
    stream.dropped += messages.length;
    return messages.length;
  }

  #remove(stream: Stream, messages: readonly StoredMessage[]): void {
    stream.messages = stream.messages.filter((each) => !messages.includes(each));
    for (const { id, seq, receivedAt } of messages) {
      this.#remembered.push({ stream: stream.name, id, seq, receivedAt });
    }
  }

  #trimRemembered(): void {
    this.#remembered.splice(0, this.#remembered.length - this.limits.rememberedIds);
  }
}

function startSeq({ messages, lastSeq }: Stream, start: ConsumerStart): number {
  if (start === 'new') return lastSeq;
  if (start === 'all') return 0;
  if ('seq' in start) return start.seq - 1;
  const since = parseTimestamp(start.since);
  return messages.filter(({ receivedAt }) => receivedAt <= since).at(-1)?.seq ?? 0;
}
