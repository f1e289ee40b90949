import type { RuntimeError } from '../errors.ts';
import type { ControlReply } from './control-parser.ts';
import { PendingReplies } from './pending-replies.ts';
import { outcomeUnknown, silentError } from './tmux-failure.ts';
import type { TmuxCommand, TmuxOutcome } from './tmux-transport.ts';

/** How the queue reaches tmux. */
export interface CommandQueueOptions {
  /** False when nothing more should be written until `flush` is called. */
  readonly write: (lines: string) => boolean;
  /** A command is there, and tmux has said nothing for a while: it was asked whether it answers. */
  readonly onDoubt?: (() => void) | undefined;
  /** Steady milliseconds. @default performance.now */
  readonly now?: (() => number) | undefined;
}

/** Commands that are written together. */
export interface CommandBatch {
  /** One outcome for each command. */
  readonly outcomes: Promise<readonly TmuxOutcome[]>;
  /** Takes the commands back; false when they are written already, and tmux may carry them out at any time. */
  readonly withdraw: () => boolean;
}

interface Entry {
  readonly commands: readonly TmuxCommand[];
  readonly outlastsSilence: boolean;
  readonly settle: (outcomes: readonly TmuxOutcome[]) => void;
}

/** A server that answered this short ago gets commands at once; another is asked first whether it answers. */
const freshMs = 50;
const question: TmuxCommand = ['display-message', '-p', 'ok'];

/**
 * Commands for one connection, in order. What is written cannot be taken back: a server that stands still carries it out
 * when it goes on, though nobody waits for it any more. So nothing is written to one that has not just answered.
 */
export class CommandQueue {
  readonly #options: CommandQueueOptions;
  readonly #now: () => number;
  readonly #pending = new PendingReplies();
  readonly #waiting = new Set<Entry>();
  readonly #written = new Set<Entry>();
  #answeredAt: number;
  #isFull = false;
  #question: Promise<unknown> | undefined;
  #end: RuntimeError | undefined;

  constructor(options: CommandQueueOptions) {
    this.#options = options;
    this.#now = options.now ?? (() => performance.now());
    this.#answeredAt = this.#now();
  }

  add(
    commands: readonly TmuxCommand[],
    { outlastsSilence = false }: { readonly outlastsSilence?: boolean } = {},
  ): CommandBatch {
    const { promise: outcomes, resolve } = Promise.withResolvers<readonly TmuxOutcome[]>();
    const entry: Entry = { commands, outlastsSilence, settle: resolve };
    if (this.#end) resolve(refuse(commands, this.#end));
    else {
      this.#waiting.add(entry);
      this.#writeWaiting();
    }
    return { outcomes, withdraw: () => this.#waiting.delete(entry) };
  }

  /** Writes at once, whatever waits: for a last word. */
  addLast(commands: readonly TmuxCommand[]): void {
    const { lines } = this.#pending.add(commands);
    if (lines !== '' && !this.#end) this.#options.write(lines);
  }

  /** Settles when tmux answers, or the connection is closed. One question at a time. */
  ask(): Promise<unknown> {
    this.#question ??= this.#askOnce().finally(() => {
      this.#question = undefined;
    });
    return this.#question;
  }

  /** tmux answered. */
  settle(reply: ControlReply): void {
    this.#answeredAt = this.#now();
    this.#pending.settle(reply);
    this.#writeWaiting();
  }

  /** Writing may go on. */
  flush(): void {
    this.#isFull = false;
    this.#writeWaiting();
  }

  /** tmux does not answer: what is not written never will be, and who waits for an answer is told that none comes now. */
  giveUp(): void {
    for (const entry of this.#waiting) entry.settle(refuse(entry.commands, silentError()));
    this.#waiting.clear();
    for (const entry of this.#written) {
      if (entry.outlastsSilence) continue;
      this.#written.delete(entry);
      entry.settle(refuse(entry.commands, outcomeUnknown(entry.commands) ?? silentError()));
    }
  }

  /** The connection is gone. */
  close(reason: RuntimeError): void {
    this.#end ??= reason;
    for (const entry of this.#waiting) entry.settle(refuse(entry.commands, reason));
    this.#waiting.clear();
    this.#pending.rejectAll(reason);
  }

  async #askOnce(): Promise<void> {
    const { lines, outcomes } = this.#pending.add([question]);
    if (this.#end) this.#pending.rejectAll(this.#end);
    else this.#options.write(lines);
    await Promise.all(outcomes);
  }

  #writeWaiting(): void {
    if (this.#waiting.size === 0 || this.#isFull || this.#end) return;
    if (this.#now() - this.#answeredAt > freshMs) {
      if (this.#question) return;
      void this.ask();
      this.#options.onDoubt?.();
      return;
    }
    for (const entry of this.#waiting) {
      if (this.#isFull) return;
      this.#waiting.delete(entry);
      this.#write(entry);
    }
  }

  #write(entry: Entry): void {
    const { lines, outcomes } = this.#pending.add(entry.commands);
    this.#written.add(entry);
    void Promise.all(outcomes).then((settled) => {
      this.#written.delete(entry);
      entry.settle(settled);
    });
    if (lines !== '') this.#isFull = !this.#options.write(lines);
  }
}

function refuse(commands: readonly TmuxCommand[], reason: RuntimeError): readonly TmuxOutcome[] {
  return commands.map(() => ({ status: 'rejected', reason }));
}
