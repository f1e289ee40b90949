import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { Duplex, type Readable } from 'node:stream';
import { WebSocket } from 'ws';
import { IpcError } from '../errors.ts';
import type { Limits } from '../limits.ts';
import type { Link } from '../transport/link.ts';
import { settleWithin } from '../transport/settle-within.ts';
import { WebSocketLink } from '../transport/websocket-link.ts';
import { PARENT_PATH, STDIO_PREFACE } from './preface.ts';

const MAX_NOISE_BYTES = 64 * 1024;
const MAX_STDERR = 2000;
const KILL_AFTER_MS = 2000;
const LAST_WORDS_MS = 300;

export interface StdioLinkOptions {
  /** Program and arguments; it ends up in `serveStdio` on the other side. */
  readonly command: readonly string[];
  readonly env?: NodeJS.ProcessEnv | undefined;
  readonly limits: Limits;
  readonly signal: AbortSignal;
}

/** A program whose stdin and stdout carry a link to the daemon beside it. */
export interface StdioLink {
  readonly link: Link;
  /** Settles when the program is gone, with what it said last. */
  readonly ended: Promise<string>;
}

/**
 * Starts the program and waits until the daemon behind it has taken the link. Rejects with `server-unreachable`, which
 * holds what the program said, `timed-out`, or the signal's reason; the program is gone then, or is being ended.
 */
export async function openStdioLink({ command, env, limits, signal }: StdioLinkOptions): Promise<StdioLink> {
  signal.throwIfAborted();
  const [program = '', ...argv] = command;
  const child = spawn(program, argv, { stdio: ['pipe', 'pipe', 'pipe'], env: env ?? process.env });
  const said = new LastWords(child.stderr);
  const ended = waitForEnd(child).then((how) => (said.text === '' ? how : `${how}: ${said.text}`));
  // What went wrong with the pipes is told by the end of the program.
  for (const pipe of [child.stdin, child.stdout]) pipe.on('error', () => undefined);
  const failed = Promise.withResolvers<never>();
  const timer = setTimeout(() => failed.reject(tooSlow(program, limits.handshakeMs)), limits.handshakeMs);
  const abort = (): void => failed.reject(signal.reason);
  signal.addEventListener('abort', abort, { once: true });
  void ended.then((reason) => failed.reject(new IpcError('server-unreachable', reason)));
  try {
    const rest = await Promise.race([skipNoise(child.stdout), failed.promise]);
    if (rest.length > 0) child.stdout.unshift(rest);
    // Not before: it would take what is to be passed over.
    const stream = Duplex.from({ readable: child.stdout, writable: child.stdin });
    stream.on('error', () => undefined).once('close', () => endProgram(child));
    const link = await Promise.race([openWebSocket(stream, limits), failed.promise]);
    return { link, ended };
  } catch (cause) {
    endProgram(child);
    throw cause;
  } finally {
    clearTimeout(timer);
    signal.removeEventListener('abort', abort);
  }
}

type Program = ReturnType<typeof spawn>;

async function waitForEnd(child: Program): Promise<string> {
  try {
    const closed = once(child, 'close').catch(() => undefined);
    const [code, signal] = await once(child, 'exit');
    // For its last words. What it left running in the background may keep its pipes open for ever, as ssh does.
    await settleWithin(closed, LAST_WORDS_MS);
    return signal === null ? `the program ended with ${code}` : `the program was ended by ${signal}`;
  } catch (cause) {
    return cause instanceof Error ? cause.message : String(cause);
  }
}

/** Its input has ended, which is enough for most. */
function endProgram(child: Program): void {
  child.stdin?.destroy();
  child.stdout?.destroy();
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.kill('SIGTERM');
  const timer = setTimeout(() => child.kill('SIGKILL'), KILL_AFTER_MS);
  timer.unref();
  child.once('exit', () => clearTimeout(timer));
}

/** Reads up to the end of the preface. Gives what came behind it. */
async function skipNoise(output: Readable): Promise<Buffer> {
  const preface = Buffer.from(`\n${STDIO_PREFACE}\n`);
  const found = Promise.withResolvers<Buffer>();
  let seen = Buffer.alloc(0);
  const onData = (chunk: Buffer): void => {
    seen = Buffer.concat([seen, chunk]);
    const at = seen.indexOf(preface);
    if (at >= 0) found.resolve(seen.subarray(at + preface.length));
    else if (seen.length > MAX_NOISE_BYTES) {
      found.reject(new IpcError('malformed', 'The program writes something else than the bytes of a daemon.'));
    } else return;
    // At once: the next bytes are for whoever reads on.
    output.off('data', onData).pause();
  };
  output.on('data', onData);
  return found.promise;
}

async function openWebSocket(stream: Duplex, limits: Limits): Promise<Link> {
  const socket = new WebSocket(`ws://localhost${PARENT_PATH}`, {
    createConnection: () => stream,
    perMessageDeflate: false,
    // As in `dialWebSocket`: there is no proxy that a mask would protect.
    generateMask: (mask) => mask.fill(0),
    maxPayload: limits.frameBytes,
  });
  const opened = Promise.withResolvers<Link>();
  socket.once('open', () => opened.resolve(new WebSocketLink(socket)));
  socket.on('error', (cause) => opened.reject(new IpcError('server-unreachable', cause.message, { cause })));
  return opened.promise;
}

function tooSlow(program: string, ms: number): IpcError {
  return new IpcError('timed-out', `${program} brought no daemon within ${ms} ms.`);
}

/** The end of what a program complained of. */
class LastWords {
  #text = '';

  constructor(stderr: Readable) {
    stderr.setEncoding('utf8').on('data', (chunk: string) => {
      this.#text = (this.#text + chunk).slice(-MAX_STDERR);
    });
    stderr.on('error', () => undefined);
  }

  get text(): string {
    return this.#text.trim();
  }
}
