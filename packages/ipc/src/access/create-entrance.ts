import type { IncomingMessage, ServerResponse } from 'node:http';
import { decodeLine } from '../codec/json-codec.ts';
import type { Authorize } from '../daemon/identity.ts';
import { IpcError } from '../errors.ts';
import { metricsContentType } from '../metrics/registry.ts';
import { WireFailure } from '../protocol/wire-codes.ts';
import { toRefusal } from '../transport/acceptor.ts';
import { answerUpgradeRequired, type Entrance, type Refusal } from '../transport/entrance.ts';
import { isLoopback } from '../transport/loopback.ts';
import type { AccessControl } from './access-control.ts';

export interface TcpEntranceOptions {
  readonly access: AccessControl;
  /** Whether clients may reach this port under that name; addresses and `localhost` always. */
  readonly isOurName: (name: string) => boolean;
  readonly pages: StatusPages;
}

/** What is told by plain HTTP. */
export interface StatusPages {
  /** `GET /health`, as JSON. */
  readonly health: () => Readonly<Record<string, unknown>>;
  /** `GET /metrics`, as OpenMetrics. */
  readonly metrics: () => Promise<string>;
}

/**
 * The door of a TCP port: nobody becomes a client without a token, neither over a WebSocket (`Authorization: Bearer`) nor
 * on JSON lines (`auth` of the first message). Pages in a browser are kept out: no `Origin`, no foreign `Host`.
 */
export function createTcpEntrance(options: TcpEntranceOptions): Entrance<Authorize> {
  const { access } = options;
  return {
    needsFirstLine: true,
    admitLine: (socket, line) => access.admitToken(findToken(line), socket.remoteAddress ?? ''),
    admitUpgrade(request) {
      const refusal = refuseBrowser(request, options);
      return refusal ?? { entry: access.admitToken(findBearer(request), request.socket.remoteAddress ?? '') };
    },
    answer: (request, response) => answer(request, response, options),
  };
}

/** The door of the socket file: whoever can open it is its owner. It has the same pages, without token. */
export function createOwnerEntrance(access: AccessControl, pages: StatusPages): Entrance<Authorize> {
  return {
    needsFirstLine: false,
    admitLine: () => access.admitOwner(),
    admitUpgrade: () => ({ entry: access.admitOwner() }),
    answer: (request, response) => void answerPage(request, response, pages),
  };
}

function answer(request: IncomingMessage, response: ServerResponse, options: TcpEntranceOptions): void {
  const refusal = refuseBrowser(request, options) ?? refusePage(request, options.access);
  if (!refusal) return void answerPage(request, response, options.pages);
  const { status, reason, headers = {} } = refusal;
  response.writeHead(status, { ...headers, connection: 'close', 'content-type': 'text/plain' }).end(`${reason}\n`);
}

async function answerPage(request: IncomingMessage, response: ServerResponse, pages: StatusPages): Promise<void> {
  const headers = { connection: 'close', 'cache-control': 'no-store', 'x-content-type-options': 'nosniff' };
  switch (pathOf(request)) {
    case '/health':
      response.writeHead(200, { ...headers, 'content-type': 'application/json' });
      response.end(`${JSON.stringify(pages.health())}\n`);
      return;
    case '/metrics': {
      const text = await pages.metrics().catch(() => undefined);
      response.writeHead(text === undefined ? 503 : 200, { ...headers, 'content-type': metricsContentType }).end(text);
      return;
    }
    default:
      answerUpgradeRequired(request, response);
  }
}

/** `/health` is for everybody, and says nothing of anybody; metrics need a token unless asked for from this machine. */
function refusePage(request: IncomingMessage, access: AccessControl): Refusal | undefined {
  const address = request.socket.remoteAddress ?? '';
  if (pathOf(request) !== '/metrics' || isLoopback(address)) return undefined;
  try {
    access.check(findBearer(request), address);
    return undefined;
  } catch (problem) {
    if (!(problem instanceof WireFailure)) throw problem;
    return toRefusal(problem);
  }
}

/** A page that a browser loaded elsewhere can make it talk to this port, also under a name of its own (DNS rebinding). */
function refuseBrowser({ headers }: IncomingMessage, { isOurName }: TcpEntranceOptions): Refusal | undefined {
  if (headers.origin !== undefined) return { status: 403, reason: 'No pages of browsers here.' };
  const [, host = ''] = /^(\[[^\]]*\]|[^:]*)(?::\d+)?$/.exec(headers.host ?? '') ?? [];
  const isKnown = isAddress(host) || host === 'localhost' || isOurName(host.toLowerCase());
  return isKnown ? undefined : { status: 421, reason: 'Unknown Host: name it in the options of the daemon.' };
}

function pathOf({ url = '' }: IncomingMessage): string {
  return url.split('?')[0] ?? '';
}

/** A name can be made to point here by anybody, an address cannot. */
function isAddress(host: string): boolean {
  return /^\d+\.\d+\.\d+\.\d+$/.test(host) || /^\[[0-9a-fA-F:.]+\]$/.test(host);
}

function findBearer({ headers }: IncomingMessage): string {
  const [, token] = /^Bearer +(\S+)$/i.exec(headers.authorization ?? '') ?? [];
  if (token !== undefined) return token;
  throw new WireFailure('AUTHENTICATION_FAILED', 'A token is needed: Authorization: Bearer.');
}

function findToken(line: Uint8Array): string {
  try {
    const { auth } = decodeLine(line);
    const token: unknown = typeof auth === 'object' && auth !== null ? Reflect.get(auth, 'token') : undefined;
    if (typeof token === 'string') return token;
  } catch (cause) {
    if (!(cause instanceof IpcError)) throw cause;
    throw new WireFailure('MESSAGE_FORMAT_INVALID', cause.message, { cause });
  }
  throw new WireFailure('AUTHENTICATION_FAILED', 'The first message needs auth: {"token": "…"}.');
}
