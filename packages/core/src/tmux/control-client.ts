import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { RuntimeError } from '../errors.ts';
import { type CommandBatch, CommandQueue } from './command-queue.ts';
import { ControlParser, type ControlReply } from './control-parser.ts';

import type { TmuxEvent } from './tmux-event.ts';
import { closedError, toTmuxError } from './tmux-failure.ts';
import type { TmuxCommand, TmuxOutcome } from './tmux-transport.ts';
import { tmuxMissing } from './tmux-version.ts';

/** What to start, and who hears what tmux reports. */
export interface ControlClientOptions {
  readonly argv: readonly string[];
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly onEvent: (event: TmuxEvent, client: ControlClient) => void;
  /** tmux was quiet for a while, and was asked whether it answers: the next command waits for that. */
  readonly onDoubt: () => void;
}

const attachTimeoutMs = 15_000;
const closeTimeoutMs = 1_000;

/** One `tmux -C` process: from attached to ended. Does not come back by itself. */
export class ControlClient {
  /** Settles with the reason when the connection has ended, for whatever reason. */
  readonly closed: Promise<string>;
  readonly #child: ChildProcessWithoutNullStreams;
  readonly #queue: CommandQueue;
  readonly #attached = Promise.withResolvers<void>();
  #isClosed = false;
  #errorText = '';
  #exitReason = '';

  /** Starts the process; settles when tmux says that it is attached. */
  static async open(options: ControlClientOptions): Promise<ControlClient> {
    const client = new ControlClient(options);
    const timer = setTimeout(() => client.#child.kill('SIGKILL'), attachTimeoutMs);
    try {
      await client.#attached.promise;
      return client;
    } finally {
      clearTimeout(timer);
    }
  }

  private constructor({ argv: [program = 'tmux', ...argv], env, onEvent, onDoubt }: ControlClientOptions) {
    this.#child = spawn(program, argv, { env, stdio: 'pipe' });
    this.#queue = new CommandQueue({ write: (lines) => this.#child.stdin.write(lines), onDoubt });
    const parser = new ControlParser({
      reply: (reply) => this.#takeReply(reply),
      event: (event) => {
        if (event.type === 'exit') this.#exitReason = event.reason || 'detached';
        if (!this.#isClosed) onEvent(event, this);
      },
      desync: () => this.kill('a pane forged the end of a reply'),
    });
    this.#child.stdout.on('data', (chunk: Buffer) => parser.push(chunk));
    this.#child.stderr.on('data', (chunk: Buffer) => {
      this.#errorText = (this.#errorText + chunk.toString('utf8')).slice(0, 4_096);
    });
    this.#child.stdin.on('drain', () => this.#queue.flush());
    // writing into a process that ended: its end is reported by `close`
    this.#child.stdin.on('error', () => undefined);
    this.#child.on('error', (cause) => this.#attached.reject(tmuxMissing(program, cause)));
    this.closed = new Promise((resolve) => {
      this.#child.on('close', () => resolve(this.#end(program)));
    });
  }

  get pid(): number | undefined {
    return this.#child.pid;
  }

  /** Writes the commands in one piece, soon. */
  batch(commands: readonly TmuxCommand[], options?: { readonly outlastsSilence?: boolean }): CommandBatch {
    return this.#queue.add(commands, options);
  }

  /** As `batch`, for those who only wait. */
  send(commands: readonly TmuxCommand[]): Promise<readonly TmuxOutcome[]> {
    return this.#queue.add(commands).outcomes;
  }

  /** Settles when tmux answers, or the connection ended. */
  ask(): Promise<unknown> {
    return this.#queue.ask();
  }

  /** No answer came for so long that nobody should wait for one. */
  giveUp(): void {
    this.#queue.giveUp();
  }

  /** Says a last word, detaches, and makes sure of it within a second. */
  async close(last: readonly TmuxCommand[]): Promise<void> {
    if (!this.#isClosed) this.#queue.addLast(last);
    this.#isClosed = true;
    this.#queue.close(closedError('it was disposed'));
    this.#child.stdin.end();
    const timer = setTimeout(() => this.#child.kill('SIGKILL'), closeTimeoutMs);
    await this.closed;
    clearTimeout(timer);
  }

  /** Ends the connection at once; nothing more is read from it. */
  kill(reason: string): void {
    this.#exitReason = reason;
    this.#isClosed = true;
    this.#child.kill('SIGKILL');
  }

  #takeReply(reply: ControlReply): void {
    if (this.#isClosed) return;
    if (reply.isOurs) this.#queue.settle(reply);
    else if (reply.isError) this.#attached.reject(toTmuxError(['attach'], reply.lines.join('\n')));
    else this.#attached.resolve();
  }

  #end(program: string): string {
    this.#isClosed = true;
    this.#exitReason ||= this.#errorText.trim() || 'the tmux client ended';
    const error = closedError(this.#exitReason);
    this.#attached.reject(new RuntimeError('engine-unavailable', `${program} did not attach: ${this.#exitReason}`));
    this.#queue.close(error);
    return this.#exitReason;
  }
}
