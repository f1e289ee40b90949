import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';

/** An answer to an upgrade that is refused. */
export interface Refusal {
  readonly status: number;
  readonly reason: string;
  readonly headers?: Readonly<Record<string, string>> | undefined;
}

/** Decides who may come in through an acceptor. An `Entry` is what is known of who did. */
export interface Entrance<Entry> {
  /** Whether a JSON-lines peer has to show something in its first line, or may come in at its first byte. */
  readonly needsFirstLine: boolean;
  /** For a JSON-lines peer; `line` is empty unless `needsFirstLine`. Throws a `WireFailure`. */
  admitLine(socket: Socket, line: Uint8Array): Entry;
  /** For a WebSocket. Throws a `WireFailure`. */
  admitUpgrade(request: IncomingMessage): { readonly entry: Entry } | Refusal;
  /** Answers an HTTP request that wants no WebSocket. */
  answer(request: IncomingMessage, response: ServerResponse): void;
}

/** For a unix socket of which nothing but its mode is asked. */
export const openEntrance: Entrance<undefined> = {
  needsFirstLine: false,
  admitLine: () => undefined,
  admitUpgrade: () => ({ entry: undefined }),
  answer: answerUpgradeRequired,
};

/** Says that there is nothing to get here by plain HTTP. */
export function answerUpgradeRequired(_request: IncomingMessage, response: ServerResponse): void {
  response.writeHead(426, { connection: 'close', upgrade: 'websocket', 'content-type': 'text/plain' });
  response.end('This socket speaks WebSocket or JSON lines.\n');
}
