import { type IncomingMessage, Server as HttpServer, type ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { WebSocketServer } from 'ws';
import { jsonCodec } from '../codec/json-codec.ts';
import type { Limits } from '../limits.ts';
import { toErrorEnvelope } from '../protocol/failure.ts';
import { JsonLinesLink } from './json-lines-link.ts';
import type { Link } from './link.ts';
import { WebSocketLink } from './websocket-link.ts';

export interface AcceptorOptions {
  readonly limits: Limits;
  readonly onLink: (link: Link) => void;
  /** Asked before a link is made. */
  readonly hasRoom: () => boolean;
}

type Encoding = 'websocket' | 'json-lines' | 'unknown';

/** Turns accepted sockets into links: the first bytes of a socket tell its encoding. */
export class Acceptor {
  readonly #options: AcceptorOptions;
  readonly #http = new HttpServer({ keepAlive: false }, answerPlainHttp);
  readonly #webSockets: WebSocketServer;
  readonly #waiting = new Map<Socket, NodeJS.Timeout>();

  constructor(options: AcceptorOptions) {
    this.#options = options;
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
    if (encoding === 'websocket') this.#http.emit('connection', socket);
    else if (encoding === 'unknown') refuse(socket, 'MESSAGE_FORMAT_INVALID', 'Neither WebSocket nor a line of JSON.');
    else if (this.#options.hasRoom()) this.#open(socket, new JsonLinesLink(socket, this.#options.limits.frameBytes));
    else refuse(socket, 'RATE_LIMIT_EXCEEDED', 'Too many clients.');
    socket.resume();
  }

  #upgrade(request: IncomingMessage, socket: IncomingMessage['socket'] | NodeJS.WritableStream, head: Buffer): void {
    const stream = request.socket;
    if (socket !== stream) return;
    if (!this.#options.hasRoom()) {
      stream.end('HTTP/1.1 503 Service Unavailable\r\nConnection: close\r\nContent-Length: 0\r\n\r\n');
      return;
    }
    this.#webSockets.handleUpgrade(request, stream, head, (webSocket) => {
      this.#open(stream, new WebSocketLink(webSocket));
    });
  }

  #open(socket: Socket, link: Link): void {
    this.#shaken(socket);
    this.#options.onLink(link);
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
  if (first === 'G') return 'websocket';
  return /[{\s]/.test(first) ? 'json-lines' : 'unknown';
}

function refuse(socket: Socket, code: string, message: string): void {
  socket.end(jsonCodec.encode(toErrorEnvelope({ id: 'refused', code, message })));
}

function answerPlainHttp(_request: IncomingMessage, response: ServerResponse): void {
  response.writeHead(426, { connection: 'close', upgrade: 'websocket', 'content-type': 'text/plain' });
  response.end('This socket speaks WebSocket or JSON lines.\n');
}
