import { RuntimeError } from '../errors.ts';
import type { TmuxEvent } from '../tmux/tmux-event.ts';
import type { TmuxCommand, TmuxOutcome, TmuxTransport } from '../tmux/tmux-transport.ts';

/** Answers a tmux command with its output lines; throws for one that fails. */
export type TmuxAnswer = (command: TmuxCommand) => readonly string[];

/** A transport without tmux: keeps the commands it was given, and answers with a function. */
export class FakeTmuxTransport implements TmuxTransport {
  readonly kind = 'control';
  readonly session = '_swarm';
  readonly command = ['tmux', '-L', 'fake'];
  readonly commands: TmuxCommand[] = [];
  readonly #answer: TmuxAnswer;
  readonly #listeners = new Set<(event: TmuxEvent) => void>();
  #isClosed = false;

  constructor(answer: TmuxAnswer = () => []) {
    this.#answer = answer;
  }

  async isAlive(): Promise<boolean> {
    return !this.#isClosed;
  }

  async run(command: TmuxCommand): Promise<readonly string[]> {
    if (this.#isClosed) throw new RuntimeError('tmux-closed', 'The fake connection is closed');
    this.commands.push(command);
    return this.#answer(command);
  }

  async runAll(commands: readonly TmuxCommand[]): Promise<readonly (readonly string[])[]> {
    return Promise.all(commands.map((command) => this.run(command)));
  }

  async settleAll(commands: readonly TmuxCommand[]): Promise<readonly TmuxOutcome[]> {
    return Promise.allSettled(commands.map((command) => this.run(command)));
  }

  subscribe(listener: (event: TmuxEvent) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Reports an event as tmux would. */
  emit(event: TmuxEvent): void {
    for (const listener of this.#listeners) listener(event);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#isClosed = true;
  }
}
