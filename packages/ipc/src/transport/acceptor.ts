import { type IncomingMessage, Server as HttpServer, STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { WebSocketServer } from 'ws';
import { jsonCodec } from '../codec/json-codec.ts';
import type { Limits } from '../limits.ts';
import { toErrorEnvelope } from '../protocol/failure.ts';
import { WireFailure } from '../protocol/wire-codes.ts';
import type { Entrance, Refusal } from './entrance.ts';
import { peekFirstLine } from './first-line.ts';
import { JsonLinesLink } from './json-lines-link.ts';
import type { Link } from './link.ts';
import { WebSocketLink } from './websocket-link.ts';

export interface AcceptorOptions<Entry> {
  readonly limits: Limits;
  readonly entrance: Entrance<Entry>;
  /** `path`: what a WebSocket asked for; empty for JSON lines. */
  readonly onLink: (link: Link, entry: Entry, path: string) => void;
  /** Asked before a link is made, with the same path. */
  readonly hasRoom: (path: string) => boolean;
}

type Encoding = 'http' | 'json-lines' | 'unknown';

const busy: Refusal = { status: 503, reason: 'Too many clients.' };

/**
 * Turns accepted sockets into links: the first bytes of a socket tell its encoding, and its entrance who may come in.
 * Until then a socket holds little memory, takes no client's place, and has `handshakeMs`.
 */
export class Acceptor<Entry> {
  readonly #options: AcceptorOptions<Entry>;
  readonly #http: HttpServer;
  readonly #webSockets: WebSocketServer;
  readonly #waiting = new Map<Socket, NodeJS.Timeout>();

  constructor(options: AcceptorOptions<Entry>) {
    this.#options = options;
    this.#http = new HttpServer({ keepAlive: false }, (request, response) =>
      options.entrance.answer(request, response),
    );
    this.#webSockets = new WebSocketServer({
      noServer: true,
      clientTracking: false,
      perMessageDeflate: false,
      maxPayload: options.limits.frameBytes,
    });
    this.#http.on('upgrade', (request, socket, head) => this.#upgrade(request, socket, head));
    this.#http.on('clientError', (_error, socket) => socket.destroy());
  }

  /** Takes the socket over. It ends as a link, or destroyed. */
  accept(socket: Socket): void {
    socket.on('error', () => socket.destroy());
    if (this.#waiting.size >= this.#options.limits.clients) {
      socket.destroy();
      return;
    }
    this.#waiting.set(
      socket,
      setTimeout(() => socket.destroy(), this.#options.limits.handshakeMs),
    );
    socket.once('close', () => this.#shaken(socket));
    socket.once('end', endSilent);
    socket.once('data', (chunk: Buffer) => this.#route(socket, chunk));
  }

  /** Destroys the sockets that are no links yet. */
  close(): void {
    for (const socket of this.#waiting.keys()) socket.destroy();
  }

  #route(socket: Socket, chunk: Buffer): void {
    socket.pause();
    socket.unshift(chunk);
    const encoding = findEncoding(chunk);
    if (encoding === 'http') this.#http.emit('connection', socket);
    else if (encoding === 'json-lines') void this.#admitLine(socket);
    else refuse(socket, new WireFailure('MESSAGE_FORMAT_INVALID', 'Neither WebSocket nor a line of JSON.'));
    socket.resume();
  }

  async #admitLine(socket: Socket): Promise<void> {
    const { entrance, limits, hasRoom } = this.#options;
    const line = entrance.needsFirstLine ? await peekFirstLine(socket) : new Uint8Array();
    if (line === undefined)
      return refuse(socket, new WireFailure('AUTHENTICATION_FAILED', 'The first line has no end.'));
    try {
      const entry = entrance.admitLine(socket, line);
      if (!hasRoom('')) throw new WireFailure('RATE_LIMIT_EXCEEDED', 'Too many clients.');
      this.#shaken(socket);
      this.#options.onLink(new JsonLinesLink(socket, limits.frameBytes), entry, '');
      socket.resume();
    } catch (problem) {
      if (!(problem instanceof WireFailure)) throw problem;
      refuse(socket, problem);
    }
  }

  #upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    const stream = request.socket;
    if (socket !== stream) return;
    const admission = this.#admitUpgrade(request);
    if (!('entry' in admission)) return refuseUpgrade(stream, admission);
    this.#webSockets.handleUpgrade(request, stream, head, (webSocket) => {
      this.#shaken(stream);
      this.#options.onLink(new WebSocketLink(webSocket), admission.entry, request.url ?? '');
    });
  }

  #admitUpgrade(request: IncomingMessage): { readonly entry: Entry } | Refusal {
    try {
      const admission = this.#options.entrance.admitUpgrade(request);
      return 'entry' in admission && !this.#options.hasRoom(request.url ?? '') ? busy : admission;
    } catch (problem) {
      if (!(problem instanceof WireFailure)) throw problem;
      return toRefusal(problem);
    }
  }

  #shaken(socket: Socket): void {
    socket.off('end', endSilent);
    clearTimeout(this.#waiting.get(socket));
    this.#waiting.delete(socket);
  }
}

/** A peer that leaves without a word. */
function endSilent(this: Socket): void {
  this.end();
}

function findEncoding(chunk: Buffer): Encoding {
  const first = String.fromCharCode(chunk[0] ?? 0);
  // Of GET: other methods have no business here.
  if (first === 'G') return 'http';
  return /[{\s]/.test(first) ? 'json-lines' : 'unknown';
}

function refuse(socket: Socket, { code, message, retryAfterMs }: WireFailure): void {
  socket.end(jsonCodec.encode(toErrorEnvelope({ id: 'refused', code, message, retryAfterMs })));
  // Whatever it says more is not read by anybody, and must not keep the socket from closing.
  socket.resume();
}

/** An HTTP answer for what the daemon refuses. */
export function toRefusal({ code, message, retryAfterMs }: WireFailure): Refusal {
  if (code !== 'RATE_LIMIT_EXCEEDED')
    return { status: 401, reason: message, headers: { 'www-authenticate': 'Bearer' } };
  return { status: 429, reason: message, headers: { 'retry-after': `${Math.ceil((retryAfterMs ?? 1000) / 1000)}` } };
}

function refuseUpgrade(socket: Socket, { status, reason, headers = {} }: Refusal): void {
  const body = `${reason}\n`;
  const fields = {
    ...headers,
    connection: 'close',
    'content-type': 'text/plain',
    'content-length': Buffer.byteLength(body),
  };
  const lines = Object.entries(fields).map(([name, value]) => `${name}: ${value}\r\n`);
  socket.end(`HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}\r\n${lines.join('')}\r\n${body}`);
}
