import { AgentConfig, type AgentConfigInput } from '../agent/agent-config.ts';
import type { AgentHandle } from '../agent/agent-handle.ts';
import type { AgentExit, AgentInfo } from '../agent/agent-info.ts';
import type { CallOptions } from '../call-options.ts';
import { RuntimeError } from '../errors.ts';
import type {
  AgentRuntime,
  KillOptions,
  RestartRequest,
  RuntimeEvent,
  SpawnOptions,
} from '../runtime/agent-runtime.ts';
import { quoteShell } from '../tmux/quote.ts';
import { TmuxService } from '../tmux/tmux-service.ts';
import { FakeTmuxTransport, type TmuxAnswer } from './fake-tmux-transport.ts';

/** How a fake runtime is named, what it refuses, and how its tmux answers. */
export interface FakeRuntimeOptions {
  /** @default 'fake' */
  readonly type?: string | undefined;
  /** Programs that exist; others are `command-not-found`. @default all */
  readonly programs?: readonly string[] | undefined;
  /** What its tmux answers. @default nothing */
  readonly tmux?: TmuxAnswer | undefined;
}

/** A runtime without processes that keeps every promise of the contract. Tests make things happen with its extra methods. */
export class FakeRuntime implements AgentRuntime {
  readonly type: string;
  readonly transport: FakeTmuxTransport;
  readonly #programs: readonly string[] | undefined;
  readonly #tmux: TmuxService;
  readonly #agents = new Map<string, AgentInfo>();
  readonly #listeners = new Set<(event: RuntimeEvent) => void>();
  #nextPid = 1000;
  #failure: Error | undefined;

  constructor({ type = 'fake', programs, tmux }: FakeRuntimeOptions = {}) {
    this.type = type;
    this.#programs = programs;
    this.transport = new FakeTmuxTransport(tmux);
    this.#tmux = new TmuxService({ transport: this.transport, server: { id: type, label: type, isLocal: true } });
  }

  async spawnAgent(input: AgentConfigInput, { signal, onProgress }: SpawnOptions = {}): Promise<AgentHandle> {
    signal?.throwIfAborted();
    this.#throwFailure();
    const parsed = AgentConfig.safeParse(input);
    if (!parsed.success) throw new RuntimeError('invalid-input', parsed.error.message);
    const config = parsed.data;
    if (this.#agents.has(config.agentId))
      throw new RuntimeError('agent-exists', `There is an agent "${config.agentId}" already`);
    this.#requireProgram(config.command?.[0]);
    onProgress?.('starting');
    const info = this.#toInfo(config);
    this.#agents.set(config.agentId, info);
    this.#emit({ type: 'added', info });
    return info.handle;
  }

  async killAgent({ agentId }: AgentHandle): Promise<void> {
    this.#throwFailure();
    if (this.#agents.delete(agentId)) this.#emit({ type: 'gone', agentId });
  }

  async listAgents({ signal }: CallOptions = {}): Promise<readonly AgentInfo[]> {
    signal?.throwIfAborted();
    this.#throwFailure();
    return [...this.#agents.values()];
  }

  getTmux(_handle: AgentHandle): TmuxService {
    return this.#tmux;
  }

  getAttachArgv({ agentId }: AgentHandle): readonly string[] {
    return this.#tmux.attachArgv(agentId);
  }

  getAttachCommand(handle: AgentHandle): string {
    return quoteShell(this.getAttachArgv(handle));
  }

  async ping(): Promise<void> {
    this.#throwFailure();
  }

  async stopAgent(handle: AgentHandle, _options?: KillOptions): Promise<AgentExit> {
    const { exit } = this.#get(handle);
    return exit ?? this.end(handle.agentId, { code: null, signal: 'SIGTERM', at: Date.now() }, 'stopped');
  }

  async restartAgent(handle: AgentHandle, { command }: RestartRequest): Promise<void> {
    const info = this.#get(handle);
    this.#requireProgram(command[0]);
    const pid = this.#nextPid++;
    this.#agents.set(handle.agentId, { ...info, status: 'running', exit: null, pid });
    this.#emit({ type: 'restarted', agentId: handle.agentId, pid });
  }

  async renameAgent(handle: AgentHandle, name: string): Promise<AgentHandle> {
    const info = this.#get(handle);
    this.#agents.set(handle.agentId, { ...info, config: { ...info.config, name } });
    return info.handle;
  }

  watch(listener: (event: RuntimeEvent) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** The agent's program ends by itself. */
  end(
    agentId: string,
    exit: AgentExit,
    status: AgentInfo['status'] = exit.code === 0 ? 'stopped' : 'failed',
  ): AgentExit {
    const info = this.#get({ runtimeType: this.type, agentId, data: {} });
    this.#agents.set(agentId, { ...info, status, exit, pid: null });
    this.#emit({ type: 'exited', agentId, exit });
    return exit;
  }

  /** The agent writes something. */
  write(agentId: string, text: string): void {
    this.#emit({ type: 'output', agentId, data: Buffer.from(text), at: Date.now() });
  }

  /** The engine stops answering; everything rejects with this until `recover`. */
  fail(error: Error = new RuntimeError('engine-unavailable', 'The fake engine is down')): void {
    this.#failure = error;
    this.#emit({ type: 'down', reason: error.message });
  }

  /** The engine answers again. */
  recover(): void {
    this.#failure = undefined;
    this.#emit({ type: 'up' });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#listeners.clear();
    await this.#tmux[Symbol.asyncDispose]();
  }

  #toInfo(config: AgentConfig): AgentInfo {
    const { env: _env, ...remembered } = config;
    const now = Date.now();
    return {
      handle: { runtimeType: this.type, agentId: config.agentId, data: {} },
      config: remembered,
      status: 'running',
      createdAt: now,
      lastActivityAt: now,
      exit: null,
      pid: this.#nextPid++,
      title: '',
      viewers: 0,
      directory: config.workingDirectory,
      worktree: null,
    };
  }

  #requireProgram(program: string | undefined): void {
    if (program === undefined || !this.#programs || this.#programs.includes(program)) return;
    throw new RuntimeError('command-not-found', `The program "${program}" was not found`, {
      hint: `Install ${program}.`,
    });
  }

  #get({ agentId }: AgentHandle): AgentInfo {
    this.#throwFailure();
    const info = this.#agents.get(agentId);
    if (info) return info;
    throw new RuntimeError('agent-not-found', `There is no agent "${agentId}"`);
  }

  #throwFailure(): void {
    if (this.#failure) throw this.#failure;
  }

  #emit(event: RuntimeEvent): void {
    for (const listener of this.#listeners) listener(event);
  }
}
