// A complete runtime in one file: see docs/guides/adding-a-runtime.md. Its "engine" is a Map.
import {
  type AgentHandle,
  type AgentInfo,
  type AgentRuntime,
  AgentConfig,
  RuntimeError,
  TmuxService,
} from '@swarm-tui/core';
import type { AgentConfigInput, CallOptions } from '@swarm-tui/core';
import { FakeTmuxTransport } from '@swarm-tui/core/testing';

export interface ScriptedRuntimeOptions {
  /** Programs that the engine knows. */
  readonly programs: readonly string[];
  /** The engine: what is in it outlives this object. @default one of its own */
  readonly engine?: Map<string, AgentInfo> | undefined;
}

/** Runs agents on an engine that only pretends. */
export class ScriptedRuntime implements AgentRuntime {
  readonly type = 'scripted';
  readonly #programs: readonly string[];
  readonly #agents: Map<string, AgentInfo>;

  constructor({ programs, engine = new Map() }: ScriptedRuntimeOptions) {
    this.#programs = programs;
    this.#agents = engine;
  }

  async spawnAgent(input: AgentConfigInput, { signal }: CallOptions = {}): Promise<AgentHandle> {
    signal?.throwIfAborted();
    const parsed = AgentConfig.safeParse(input);
    if (!parsed.success) throw new RuntimeError('invalid-input', parsed.error.message);
    const { env: _never, ...config } = parsed.data;
    if (this.#agents.has(config.agentId))
      throw new RuntimeError('agent-exists', `There is an agent "${config.agentId}" already`);
    const program = config.command?.[0] ?? config.aiProvider;
    if (!this.#programs.includes(program)) {
      throw new RuntimeError('command-not-found', `The program "${program}" was not found`, {
        hint: `Install ${program}.`,
      });
    }
    const handle = { runtimeType: this.type, agentId: config.agentId, data: { session: config.agentId } };
    const now = Date.now();
    const seen = { exit: null, pid: null, title: '', viewers: 0, directory: config.workingDirectory, worktree: null };
    this.#agents.set(config.agentId, {
      handle,
      config,
      status: 'running',
      createdAt: now,
      lastActivityAt: now,
      ...seen,
    });
    return handle;
  }

  async killAgent({ agentId }: AgentHandle): Promise<void> {
    this.#agents.delete(agentId);
  }

  async listAgents(): Promise<readonly AgentInfo[]> {
    return [...this.#agents.values()];
  }

  getTmux({ agentId }: AgentHandle): TmuxService {
    // a real one: createControlTransport({ command: ['docker', 'exec', '-i', containerId, 'tmux'] })
    return new TmuxService({
      transport: new FakeTmuxTransport(),
      server: { id: agentId, label: 'scripted', isLocal: false },
    });
  }

  getAttachCommand({ agentId }: AgentHandle): string {
    return `my-engine exec -it ${agentId} tmux attach`;
  }

  async ping(): Promise<void> {
    // the engine is this object: it always answers
  }
}
