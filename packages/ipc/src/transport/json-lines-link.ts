import type { Duplex } from 'node:stream';
import type { Sendable } from '../codec/codec.ts';
import { decodeLine, jsonCodec } from '../codec/json-codec.ts';
import { LineSplitter } from '../codec/line-splitter.ts';
import { IpcError } from '../errors.ts';
import type { Link, LinkListener } from './link.ts';
import { Outbox } from './outbox.ts';
import { settleWithin } from './settle-within.ts';

const PROBE_MS = 1000;

/** JSON lines over any duplex stream: a socket, a pair in memory, the pipes of a process. The link owns the stream. */
export class JsonLinesLink implements Link {
  readonly isText = true;
  readonly #stream: Duplex;
  readonly #splitter: LineSplitter;
  readonly #outbox: Outbox;
  readonly #closed = Promise.withResolvers<void>();
  #listener: LinkListener | undefined;
  #lastProgressAt = performance.now();
  #closeReason: string | undefined;
  #probe: NodeJS.Timeout | undefined;

  constructor(stream: Duplex, maxLineBytes: number) {
    this.#stream = stream;
    this.#splitter = new LineSplitter(maxLineBytes);
    this.#outbox = new Outbox({
      write: (bytes, onTaken) => stream.write(bytes, (error) => (error ? undefined : onTaken())),
      onDrained: () => {
        this.#lastProgressAt = performance.now();
        this.#listener?.drained();
      },
    });
    // Without this a connection reset before `start` would end the process.
    stream.on('error', (cause) => {
      this.#closeReason ??= cause.message;
    });
  }

  get pendingBytes(): number {
    return this.#outbox.pendingBytes;
  }

  /** A person types when they like: only one that leaves bytes lying unread counts as silent. */
  get quietMs(): number {
    return this.#outbox.pendingBytes === 0 ? 0 : performance.now() - this.#lastProgressAt;
  }

  start(listener: LinkListener): void {
    this.#listener = listener;
    this.#stream.on('data', (chunk: Buffer) => this.#receive(chunk)).resume();
    this.#stream.on('end', () => this.#inputEnded());
    this.#stream.on('close', () => this.#end('connection closed'));
    if (this.#stream.destroyed) this.#end('connection closed');
  }

  send(message: Sendable, maxBytes: number): number {
    const bytes = message.encodedBy(jsonCodec);
    if (bytes.length > maxBytes) return bytes.length;
    if (this.#outbox.pendingBytes === 0) this.#lastProgressAt = performance.now();
    this.#outbox.push(bytes);
    return bytes.length;
  }

  pauseReading(isPaused: boolean): void {
    if (isPaused) this.#stream.pause();
    else this.#stream.resume();
  }

  ping(): void {
    // Nothing to do: a person at the other end would not answer, and a local peer that is gone resets the connection.
  }

  async close(reason: string, withinMs: number): Promise<void> {
    this.#closeReason ??= reason;
    this.#outbox.flush();
    // The other side may keep its half open: what matters is that it got all.
    const flushed = Promise.withResolvers<void>();
    this.#stream.end(() => flushed.resolve());
    await settleWithin(Promise.race([flushed.promise, this.#closed.promise]), withinMs);
    this.destroy(reason);
  }

  destroy(reason: string): void {
    this.#closeReason ??= reason;
    this.#stream.destroy();
    this.#end(reason);
  }

  #inputEnded(): void {
    // A half that was closed and a process that was killed look alike, until a write fails. Empty lines mean nothing.
    this.#probe = setInterval(() => this.#stream.write('\n'), PROBE_MS);
    this.#probe.unref();
    this.#listener?.ended();
  }

  #receive(chunk: Buffer): void {
    try {
      this.#splitter.push(chunk, (line) => this.#receiveLine(line));
    } catch (problem) {
      if (!(problem instanceof IpcError)) throw problem;
      this.#listener?.malformed(problem, true);
    }
  }

  #receiveLine(line: Uint8Array): void {
    if (isBlank(line)) return;
    const envelope = this.#decode(line);
    if (envelope) this.#listener?.message(envelope);
  }

  #decode(line: Uint8Array): ReturnType<typeof decodeLine> | undefined {
    try {
      return decodeLine(line);
    } catch (problem) {
      if (!(problem instanceof IpcError)) throw problem;
      this.#listener?.malformed(problem, false);
      return undefined;
    }
  }

  #end(reason: string): void {
    const listener = this.#listener;
    this.#listener = undefined;
    clearInterval(this.#probe);
    this.#outbox.close();
    this.#closed.resolve();
    listener?.closed(this.#closeReason ?? reason);
  }
}

function isBlank(line: Uint8Array): boolean {
  return line.every((byte) => byte === 0x20 || byte === 0x0d || byte === 0x09);
}
