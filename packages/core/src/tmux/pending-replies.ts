import { randomBytes } from 'node:crypto';
import { RuntimeError } from '../errors.ts';
import type { ControlReply } from './control-parser.ts';
import { quoteTmux } from './quote.ts';
import { toTmuxError } from './tmux-failure.ts';
import type { TmuxCommand, TmuxOutcome } from './tmux-transport.ts';

interface Pending {
  readonly command: TmuxCommand;
  readonly resolve: (outcome: TmuxOutcome) => void;
  /** Printed by a command of ours behind this one. Until then all replies belong to this one. */
  readonly fence: string | undefined;
  first: TmuxOutcome | undefined;
}

// tmux ends the reply of these at once, and then waits or runs other commands, each with a reply that names nobody
const runsOn = new Set(['source-file', 'source', 'if-shell', 'if', 'run-shell', 'run', 'wait-for', 'wait']);

/** Pairs replies with commands: tmux answers in order. */
export class PendingReplies {
  #queue: Pending[] = [];
  #head = 0;

  /** The text to write, and an outcome for each command. A command that cannot be written is refused in its place. */
  add(commands: readonly TmuxCommand[]): {
    readonly lines: string;
    readonly outcomes: readonly Promise<TmuxOutcome>[];
  } {
    const lines: string[] = [];
    const outcomes = commands.map(async (command) => {
      // no await before this: the queue must have the order of the lines
      const line = toLine(command);
      if (line instanceof RuntimeError) return { status: 'rejected', reason: line } satisfies TmuxOutcome;
      const fence = runsOn.has(command[0] ?? '') ? randomBytes(12).toString('hex') : undefined;
      lines.push(line, ...(fence === undefined ? [] : [quoteTmux(['display-message', '-p', fence])]));
      return new Promise<TmuxOutcome>((resolve) => {
        this.#queue.push({ command, resolve, fence, first: undefined });
      });
    });
    return { lines: lines.map((line) => `${line}\n`).join(''), outcomes };
  }

  settle(reply: ControlReply): void {
    const pending = this.#queue[this.#head];
    if (!pending) return;
    const outcome = toOutcome(pending.command, reply);
    if (pending.fence !== undefined && reply.lines[0] !== pending.fence) {
      pending.first ??= outcome;
      return;
    }
    this.#head += 1;
    if (this.#head > 512 || this.#head === this.#queue.length) {
      this.#queue = this.#queue.slice(this.#head);
      this.#head = 0;
    }
    pending.resolve(pending.first ?? outcome);
  }

  rejectAll(reason: RuntimeError): void {
    const waiting = this.#queue.slice(this.#head);
    this.#queue = [];
    this.#head = 0;
    for (const { resolve } of waiting) resolve({ status: 'rejected', reason });
  }
}

function toLine(command: TmuxCommand): string | RuntimeError {
  try {
    return quoteTmux(command);
  } catch (error) {
    if (error instanceof RuntimeError) return error;
    throw error;
  }
}

function toOutcome(command: TmuxCommand, { isError, lines }: ControlReply): TmuxOutcome {
  if (isError) return { status: 'rejected', reason: toTmuxError(command, lines.join('\n')) };
  return { status: 'fulfilled', value: lines };
}
