import type { RawData, WebSocket } from 'ws';
import { binaryCodec, decodeFrame } from '../codec/binary-codec.ts';
import type { Sendable } from '../codec/codec.ts';
import { IpcError } from '../errors.ts';
import type { Link, LinkListener } from './link.ts';
import { Outbox } from './outbox.ts';
import { settleWithin } from './settle-within.ts';

const NORMAL_CLOSURE = 1000;

/** Binary frames over an open WebSocket. The link owns the socket from here on. */
export class WebSocketLink implements Link {
  readonly isText = false;
  readonly #socket: WebSocket;
  readonly #outbox: Outbox;
  readonly #closed = Promise.withResolvers<void>();
  #listener: LinkListener | undefined;
  #lastHeardAt = performance.now();
  #closeReason: string | undefined;

  constructor(socket: WebSocket) {
    this.#socket = socket;
    // A write that fails is followed by `close`, which says all that is to say.
    this.#outbox = new Outbox({
      write: (bytes, onTaken) => socket.send(bytes, (error) => (error ? undefined : onTaken())),
      onDrained: () => this.#listener?.drained(),
    });
    // Frames may follow the handshake in the same read: hold them until somebody listens.
    socket.pause();
  }

  get pendingBytes(): number {
    return this.#outbox.pendingBytes;
  }

  get quietMs(): number {
    return performance.now() - this.#lastHeardAt;
  }

  start(listener: LinkListener): void {
    this.#listener = listener;
    this.#socket.on('message', (data, isBinary) => this.#receive(data, isBinary));
    this.#socket.on('ping', () => this.#heard());
    this.#socket.on('pong', () => this.#heard());
    this.#socket.on('error', (cause) => {
      this.#closeReason ??= cause.message;
    });
    this.#socket.on('close', (code, reason) => this.#end(reason.toString() || `connection closed (${code})`));
    this.#socket.resume();
    if (this.#socket.readyState === this.#socket.CLOSED) this.#end('connection closed');
  }

  send(message: Sendable, maxBytes: number): number {
    const bytes = message.encodedBy(binaryCodec);
    if (bytes.length <= maxBytes) this.#outbox.push(bytes);
    return bytes.length;
  }

  pauseReading(isPaused: boolean): void {
    if (isPaused) this.#socket.pause();
    else this.#socket.resume();
  }

  ping(): void {
    if (this.#socket.readyState === this.#socket.OPEN) this.#socket.ping();
  }

  async close(reason: string, withinMs: number): Promise<void> {
    this.#outbox.flush();
    this.#closeReason ??= reason;
    // A close frame holds at most 123 bytes of text.
    this.#socket.close(NORMAL_CLOSURE, reason.slice(0, 40));
    await settleWithin(this.#closed.promise, withinMs);
    this.destroy(reason);
  }

  destroy(reason: string): void {
    this.#closeReason ??= reason;
    this.#socket.terminate();
    this.#end(reason);
  }

  #receive(data: RawData, isBinary: boolean): void {
    this.#heard();
    try {
      if (!isBinary) throw new IpcError('malformed', 'A WebSocket frame is text: only binary frames are spoken here.');
      if (this.#listener?.frame) this.#listener.frame(toBytes(data));
      else decodeFrame(toBytes(data), (envelope) => this.#listener?.message(envelope));
    } catch (problem) {
      if (!(problem instanceof IpcError)) throw problem;
      this.#listener?.malformed(problem, true);
    }
  }

  #heard(): void {
    this.#lastHeardAt = performance.now();
  }

  #end(reason: string): void {
    const listener = this.#listener;
    this.#listener = undefined;
    this.#outbox.close();
    this.#closed.resolve();
    listener?.closed(this.#closeReason ?? reason);
  }
}

function toBytes(data: RawData): Buffer {
  if (Array.isArray(data)) return Buffer.concat(data);
  return data instanceof ArrayBuffer ? Buffer.from(data) : data;
}
