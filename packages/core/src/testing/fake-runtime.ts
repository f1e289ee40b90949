import { AgentConfig, type AgentConfigInput } from '../agent/agent-config.ts';
import type { AgentHandle } from '../agent/agent-handle.ts';
import type { AgentExit, AgentInfo } from '../agent/agent-info.ts';
import type { CallOptions } from '../call-options.ts';
import { RuntimeError } from '../errors.ts';
import type { AgentRuntime, RestartRequest, RuntimeEvent, SpawnOptions } from '../runtime/agent-runtime.ts';
import { quoteShell } from '../tmux/quote.ts';
import { FakeTerminals, FakeTmux } from './fake-terminals.ts';

/** How a fake runtime is named, and what it refuses. */
export interface FakeRuntimeOptions {
  /** @default 'local' */
  readonly type?: string | undefined;
  /** Programs that exist; others are `command-not-found`. @default all */
  readonly programs?: readonly string[] | undefined;
}

/** Agents in memory, with every promise of the contract. Tests make things happen with its extra methods and fields. */
export class FakeRuntime extends FakeTerminals implements AgentRuntime {
  readonly type: string;
  readonly agents = new Map<string, AgentInfo>();
  /** All that was to be spawned, with its environment. */
  readonly configs: AgentConfig[] = [];
  readonly restarts: RestartRequest[] = [];
  /** A gate that listAgents waits for, whatever its signal says. */
  listGate: Promise<void> = Promise.resolve();
  /** How many agents are being spawned now, and at the same moment at most. */
  atOnce = 0;
  mostAtOnce = 0;
  readonly #programs: readonly string[] | undefined;
  readonly #listeners = new Set<(event: RuntimeEvent) => void>();
  #made = 0;

  constructor({ type = 'local', programs }: FakeRuntimeOptions = {}) {
    super();
    this.type = type;
    this.#programs = programs;
  }

  async spawnAgent(input: AgentConfigInput, { signal, onProgress }: SpawnOptions = {}): Promise<AgentHandle> {
    signal?.throwIfAborted();
    const config = toConfig(input);
    this.configs.push(config);
    this.atOnce += 1;
    this.mostAtOnce = Math.max(this.mostAtOnce, this.atOnce);
    try {
      onProgress?.('making session');
      await this.gate;
      signal?.throwIfAborted();
      this.#throwFailure();
      if (this.agents.has(config.agentId))
        throw new RuntimeError('agent-exists', `There is an agent "${config.agentId}" already`);
      this.#requireProgram(config.command?.[0]);
      return this.put(config).handle;
    } finally {
      this.atOnce -= 1;
    }
  }

  async checkSpawn(input: AgentConfigInput): Promise<void> {
    this.#requireProgram(toConfig(input).command?.[0]);
  }

  /** An agent that is just there, as if somebody else had made it. */
  put(input: AgentConfigInput): AgentInfo {
    const info = this.#toInfo(toConfig(input));
    this.agents.set(info.handle.agentId, info);
    this.emit({ type: 'added', info });
    return info;
  }

  async killAgent({ agentId }: AgentHandle): Promise<void> {
    this.#throwFailure();
    if (this.agents.delete(agentId)) this.emit({ type: 'gone', agentId });
  }

  async listAgents({ signal }: CallOptions = {}): Promise<readonly AgentInfo[]> {
    await this.listGate;
    signal?.throwIfAborted();
    this.#throwFailure();
    return [...this.agents.values()];
  }

  getTmux({ agentId }: AgentHandle): FakeTmux {
    return new FakeTmux(this, agentId);
  }

  getAttachArgv({ agentId, data }: AgentHandle): readonly string[] {
    return ['tmux', 'attach', '-t', typeof data['sessionName'] === 'string' ? data['sessionName'] : agentId];
  }

  getAttachCommand(handle: AgentHandle): string {
    return quoteShell(this.getAttachArgv(handle));
  }

  async ping(): Promise<void> {
    this.#throwFailure();
  }

  async stopAgent({ agentId }: AgentHandle): Promise<AgentExit> {
    const { exit } = this.#get(agentId);
    return exit ?? this.end(agentId, { code: null, signal: 'SIGTERM', at: Date.now() }, 'stopped');
  }

  async restartAgent({ agentId }: AgentHandle, request: RestartRequest): Promise<void> {
    this.#get(agentId);
    this.#requireProgram(request.command[0]);
    this.restarts.push(request);
    const pid = 5000 + this.restarts.length;
    this.#change(agentId, { status: 'running', exit: null, pid });
    this.emit({ type: 'restarted', agentId, pid });
  }

  async renameAgent({ agentId, ...handle }: AgentHandle, name: string): Promise<AgentHandle> {
    const { config } = this.#get(agentId);
    const renamed = { ...handle, agentId, data: { ...handle.data, sessionName: name } };
    this.#change(agentId, { handle: renamed, config: { ...config, name } });
    return renamed;
  }

  watch(listener: (event: RuntimeEvent) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  emit(event: RuntimeEvent): void {
    for (const listener of this.#listeners) listener(event);
  }

  /** The agent writes something. */
  print(agentId: string, text: string): void {
    this.emit({ type: 'output', agentId, data: Buffer.from(text), at: Date.now() });
  }

  /** The agent's program ends, by itself or not. */
  end(
    agentId: string,
    exit: AgentExit,
    status: AgentInfo['status'] = exit.code === 0 ? 'stopped' : 'failed',
  ): AgentExit {
    this.#change(agentId, { status, exit, pid: null });
    this.emit({ type: 'exited', agentId, exit });
    return exit;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#listeners.clear();
  }

  #toInfo(config: AgentConfig): AgentInfo {
    const { env: _env, agentId, ...rest } = config;
    this.#made += 1;
    const sessionName = config.sessionName ?? config.name ?? agentId;
    const data = { paneId: `%${this.#made}`, sessionId: `$${this.#made}`, sessionName };
    const seen = { title: '', viewers: 0, createdAt: Date.now(), lastActivityAt: Date.now() };
    return {
      handle: { runtimeType: this.type, agentId, data },
      config: { agentId, ...rest },
      status: 'running',
      exit: null,
      pid: 1000 + this.#made,
      directory: config.workingDirectory,
      worktree: null,
      ...seen,
    };
  }

  #requireProgram(program: string | undefined): void {
    if (program === undefined || !this.#programs || this.#programs.includes(program)) return;
    throw new RuntimeError('command-not-found', `The program "${program}" was not found`, {
      hint: `Install ${program}.`,
    });
  }

  #get(agentId: string): AgentInfo {
    this.#throwFailure();
    const info = this.agents.get(agentId);
    if (info) return info;
    throw new RuntimeError('agent-not-found', `There is no agent "${agentId}"`);
  }

  #change(agentId: string, changes: Partial<AgentInfo>): void {
    this.agents.set(agentId, { ...this.#get(agentId), ...changes });
  }

  #throwFailure(): void {
    if (this.failure !== null) throw this.failure;
  }
}

function toConfig(input: AgentConfigInput): AgentConfig {
  const parsed = AgentConfig.safeParse(input);
  if (!parsed.success) throw new RuntimeError('invalid-input', parsed.error.message);
  return parsed.data;
}
