import { RuntimeError } from '../errors.ts';
import type { PaneFrame } from '../tmux/capture.ts';
import type { TmuxClient } from '../tmux/tmux-lists.ts';
import { TmuxService } from '../tmux/tmux-service.ts';
import type { WaitForOptions } from '../tmux/wait-for-pattern.ts';
import { FakeTmuxTransport } from './fake-tmux-transport.ts';

/** The terminals of a fake runtime's agents: a test says what they show, and sees what was typed. */
export class FakeTerminals {
  readonly screens = new Map<string, readonly string[]>();
  /** What stands behind the prompt of an agent: typed and not submitted. The cursor is at its end. */
  readonly inputs = new Map<string, string>();
  /** Whether what is typed is to be seen, as it is not where a password is asked for. */
  showsInput = true;
  /** What was typed, in order: `agent:kind:text`. */
  readonly typed: string[] = [];
  /** Terminals that people look at agents in. */
  clients: readonly Pick<TmuxClient, 'sessionId' | 'activityAt' | 'isControl'>[] = [];
  captures = 0;
  /** Makes the next captures fail. */
  captureFailure: Error | null = null;
  /** A gate that captures wait for, with the screen already taken. */
  captureGate: Promise<void> = Promise.resolve();
  /** Makes the next call of listClients fail. */
  clientsFailure: Error | null = null;
  /** What everything that reaches the engine rejects with. */
  failure: Error | null = null;
  /** A gate that spawning and typing wait for. */
  gate: Promise<void> = Promise.resolve();

  /** What an agent's terminal shows now. */
  frame(agentId: string): PaneFrame {
    const screen = this.screens.get(agentId) ?? [''];
    const input = this.showsInput ? this.inputs.get(agentId)?.split('\n') : undefined;
    const lines = input === undefined ? screen : [...screen, ...input];
    const cursor = { x: input?.at(-1)?.length ?? 0, y: lines.length - 1, isVisible: true };
    const state = { isAlternate: false, historySize: 0, isDead: false, isInMode: false, title: '' };
    return { paneId: '%1', lines, cursor, columns: 80, rows: 24, ...state };
  }

  /** Types for an agent: `kind:text`. */
  async typeInto(agentId: string, what: string, signal?: AbortSignal): Promise<void> {
    this.typed.push(`${agentId}:${what}`);
    const { promise: aborted, reject } = Promise.withResolvers<never>();
    signal?.addEventListener('abort', () => reject(signal.reason), { once: true });
    await Promise.race([this.gate, aborted]);
    if (this.failure !== null) throw this.failure;
    const [kind, ...rest] = what.split(':');
    if (kind === 'insert') this.inputs.set(agentId, `${this.inputs.get(agentId) ?? ''}${rest.join(':')}`);
    if (what === 'keys:Enter') this.inputs.delete(agentId);
  }
}

/** A `TmuxService` for one agent of a fake runtime, without tmux. */
export class FakeTmux extends TmuxService {
  readonly #terminals: FakeTerminals;
  readonly #agentId: string;

  constructor(terminals: FakeTerminals, agentId: string) {
    super({ transport: new FakeTmuxTransport(), server: { id: 'fake', label: 'fake', isLocal: true } });
    this.#terminals = terminals;
    this.#agentId = agentId;
  }

  override async capture(): Promise<PaneFrame> {
    const terminals = this.#terminals;
    terminals.captures += 1;
    const frame = terminals.frame(this.#agentId);
    await terminals.captureGate;
    if (terminals.captureFailure !== null) throw terminals.captureFailure;
    return frame;
  }

  override sendText(...[, text, options]: Parameters<TmuxService['sendText']>): Promise<void> {
    return this.#terminals.typeInto(this.#agentId, `send:${text}`, options?.signal);
  }

  override insertText(...[, text, options]: Parameters<TmuxService['insertText']>): Promise<void> {
    return this.#terminals.typeInto(this.#agentId, `insert:${text}`, options?.signal);
  }

  override pressKeys(...[, keys]: Parameters<TmuxService['pressKeys']>): Promise<void> {
    return this.#terminals.typeInto(this.#agentId, `keys:${keys.join(' ')}`);
  }

  override async waitFor(_pane: unknown, pattern: RegExp | string, options: WaitForOptions): Promise<string> {
    const deadline = Date.now() + options.timeoutMs;
    for (;;) {
      const text = this.#terminals.frame(this.#agentId).lines.join('\n');
      const found = typeof pattern === 'string' ? text.includes(pattern) && pattern : pattern.exec(text)?.[0];
      if (found) return found;
      options.signal?.throwIfAborted();
      if (Date.now() >= deadline) throw new RuntimeError('timed-out', `"${String(pattern)}" did not appear`);
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
  }

  override async listClients(): Promise<readonly TmuxClient[]> {
    const failure = this.#terminals.clientsFailure;
    this.#terminals.clientsFailure = null;
    if (failure !== null) throw failure;
    return this.#terminals.clients.map((client) => ({ name: '', tty: '', pid: 1, columns: 80, rows: 24, ...client }));
  }

  override async switchClient(client: string): Promise<void> {
    if (client === '/dev/elsewhere') throw new RuntimeError('target-not-found', "can't find client");
    this.#terminals.typed.push(`${this.#agentId}:switch:${client}`);
  }
}
