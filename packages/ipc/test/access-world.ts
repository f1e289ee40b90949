import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect as connectTls } from 'node:tls';
import {
  AccessControl,
  type AccessControlOptions,
  type Envelope,
  IpcDaemon,
  type ListenDaemonOptions,
  type NewToken,
  TokenStore,
} from '@swarm-tui/ipc';
import { onTestFinished, vi } from 'vitest';

/** A certificate for `localhost` and `127.0.0.1`, made for this run. */
export interface Certificate {
  readonly cert: Buffer;
  readonly key: Buffer;
}

let made: Certificate | undefined;

/** The line of docs/protocols/ipc.md. */
export function makeCertificate(): Certificate {
  if (made) return made;
  const directory = mkdtempSync(join(tmpdir(), 'ipc-cert-'));
  const [cert, key] = [join(directory, 'cert.pem'), join(directory, 'key.pem')];
  const subject = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost,IP:127.0.0.1'];
  const kind = ['-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '365'];
  execFileSync('openssl', ['req', ...kind, ...subject, '-keyout', key, '-out', cert], { stdio: 'pipe' });
  made = { cert: readFileSync(cert), key: readFileSync(key) };
  rmSync(directory, { recursive: true });
  return made;
}

/** One daemon of the test with a list of tokens; all ends with the test. */
export interface AccessWorld {
  readonly daemon: IpcDaemon;
  readonly tokens: TokenStore;
  readonly socketPath: string;
  readonly port: number;
  readonly createToken: (wish?: Partial<NewToken>) => Promise<string>;
}

export interface WorldOptions extends Partial<Omit<ListenDaemonOptions, 'access'>> {
  readonly access?: Omit<AccessControlOptions, 'tokens'> | undefined;
}

export async function openWorld({ access, ...options }: WorldOptions = {}): Promise<AccessWorld> {
  const directory = mkdtempSync(join(tmpdir(), 'ipc-world-'));
  const socketPath = join(directory, 'd.sock');
  const tokens = await TokenStore.open({ directory: join(directory, 'access') });
  const daemon = await IpcDaemon.listen({
    socketPath,
    tcp: { port: 0, tls: 'plain-on-loopback' },
    store: { directory: join(directory, 'store') },
    access: new AccessControl({ tokens, ...access }),
    ...options,
  });
  onTestFinished(async () => {
    await daemon.close();
    await tokens[Symbol.asyncDispose]();
    rmSync(directory, { recursive: true, force: true });
  });
  return {
    daemon,
    tokens,
    socketPath,
    port: daemon.port ?? 0,
    createToken: async (wish = {}) => {
      const { token } = await tokens.create({ name: 'test', role: 'agent', taskspaces: ['ts-1'], ...wish });
      return token;
    },
  };
}

/** A peer on JSON lines that sends what it is told and remembers all it hears. */
export class Peer {
  readonly socket: Socket;
  readonly heard: Envelope[] = [];
  readonly closed: Promise<void>;
  #rest = '';
  #nextId = 1;

  constructor(socket: Socket) {
    this.socket = socket;
    const closed = Promise.withResolvers<void>();
    this.closed = closed.promise;
    socket.on('error', () => undefined);
    socket.on('close', () => closed.resolve());
    socket.on('data', (chunk: Buffer) => this.#hear(chunk));
    onTestFinished(() => void socket.destroy());
  }

  static onSocketFile({ socketPath }: AccessWorld): Peer {
    return new Peer(connect(socketPath));
  }

  /** Shows the token in its first message. */
  static async onPort({ port }: AccessWorld, token: string, tls?: Certificate): Promise<Peer> {
    const socket = tls ? connectTls({ port, host: '127.0.0.1', ca: tls.cert }) : connect({ port, host: '127.0.0.1' });
    const peer = new Peer(socket);
    await peer.ask('heartbeat', {}, { auth: { token } });
    return peer;
  }

  say(type: string, payload: unknown = {}, head: object = {}): string {
    const id = `${this.#nextId++}`;
    this.socket.write(`${JSON.stringify({ type, id, payload, ...head })}\n`);
    return id;
  }

  /** Payload of the answer, be it a response or an error. */
  async ask(type: string, payload: unknown = {}, head: object = {}): Promise<Record<string, unknown>> {
    const id = this.say(type, payload, head);
    const isAnswer = ({ type: kind, id: its, payload: said }: Envelope): boolean =>
      (kind === 'response' && its === id) ||
      (kind === 'error' && [id, null].includes(Reflect.get(Object(said), 'original_message_id')));
    const answer = await vi.waitFor(
      () => {
        const found = this.heard.find(isAnswer);
        if (!found) throw new Error(`no answer to ${type} yet: ${JSON.stringify(this.heard).slice(0, 500)}`);
        return found;
      },
      { timeout: 10_000, interval: 2 },
    );
    return Object(answer.payload);
  }

  /** What was heard on these types, after everything sent before has been worked off. */
  async listen(...types: readonly string[]): Promise<readonly unknown[]> {
    await this.ask('heartbeat');
    return this.heard.filter(({ type }) => types.includes(type)).map(({ payload }) => payload);
  }

  #hear(chunk: Buffer): void {
    const lines = (this.#rest + chunk.toString()).split('\n');
    this.#rest = lines.pop() ?? '';
    for (const line of lines) if (line !== '') this.heard.push(JSON.parse(line));
  }
}

/** `error_code` of an answer, or its status. */
export function codeOf(answer: Record<string, unknown>): unknown {
  const { error_code = answer['error_code'] ?? answer['status'] } = Object(answer['data']);
  return error_code;
}
