import {
  AgentConfig,
  type AgentExit,
  type AgentHandle,
  type AgentInfo,
  type AgentConfigInput,
  type PaneFrame,
  RuntimeError,
  type RuntimeEvent,
  type SpawnOptions,
} from '@swarm-tui/core';
import type { AgentTmux, AttachedTerminal, FleetRuntime, FleetRuntimes } from '../fleet/fleet-parts.ts';

/** Agents in memory, with the promises of a real runtime. Screens and outputs are what the test says. */
export class FakeRuntime implements FleetRuntime {
  readonly type = 'local';
  readonly agents = new Map<string, AgentInfo>();
  readonly screens = new Map<string, readonly string[]>();
  /** What stands behind the prompt of an agent: typed and not submitted. The cursor is at its end. */
  readonly inputs = new Map<string, string>();
  /** Whether what is typed is to be seen, as it is not where a password is asked for. */
  showsInput = true;
  /** What was typed, in order: `agent:kind:text`. */
  readonly typed: string[] = [];
  readonly configs: AgentConfig[] = [];
  readonly restarts: {
    readonly command: readonly string[];
    readonly env?: Readonly<Record<string, string>> | undefined;
  }[] = [];
  /** Terminals that people look at agents in. */
  clients: readonly AttachedTerminal[] = [];
  captures = 0;
  /** Makes the next captures fail. */
  captureFailure: Error | null = null;
  /** A gate that captures wait for, with the screen already taken. */
  captureGate: Promise<void> = Promise.resolve();
  /** Makes the next call of listClients fail. */
  clientsFailure: Error | null = null;
  /** A gate that listAgents waits for, whatever its signal says. */
  listGate: Promise<void> = Promise.resolve();
  atOnce = 0;
  mostAtOnce = 0;
  /** Makes the next calls of spawnAgent and listAgents fail. */
  failure: Error | null = null;
  /** A gate that spawnAgent and sendText wait for. */
  gate: Promise<void> = Promise.resolve();
  readonly #listeners = new Set<(event: RuntimeEvent) => void>();
  #nextPane = 1;

  async spawnAgent(input: AgentConfigInput, { signal, onProgress }: SpawnOptions = {}): Promise<AgentHandle> {
    const config = AgentConfig.parse(input);
    this.configs.push(config);
    this.atOnce += 1;
    this.mostAtOnce = Math.max(this.mostAtOnce, this.atOnce);
    try {
      onProgress?.('making session');
      await this.gate;
      signal?.throwIfAborted();
      if (this.failure !== null) throw this.failure;
      return this.put(config).handle;
    } finally {
      this.atOnce -= 1;
    }
  }

  /** An agent that is just there, as if another hub had made it. */
  put(input: AgentConfigInput): AgentInfo {
    const config = AgentConfig.parse(input);
    const paneId = `%${this.#nextPane}`;
    this.#nextPane += 1;
    const { env: _, ...remembered } = config;
    const info: AgentInfo = {
      handle: {
        runtimeType: 'local',
        runtimeId: 'local',
        agentId: config.agentId,
        data: {
          paneId,
          sessionId: `$${paneId.slice(1)}`,
          sessionName: config.sessionName ?? config.name ?? config.agentId,
        },
      },
      config: remembered,
      status: 'running',
      createdAt: Date.now(),
      lastActivityAt: Date.now(),
      exit: null,
      pid: 1000 + this.#nextPane,
      title: '',
      viewers: 0,
      directory: config.workingDirectory,
      worktree: null,
    };
    this.agents.set(config.agentId, info);
    this.emit({ type: 'added', info });
    return info;
  }

  async killAgent({ agentId }: AgentHandle): Promise<void> {
    if (this.failure !== null) throw this.failure;
    if (this.agents.delete(agentId)) this.emit({ type: 'gone', agentId });
  }

  async stopAgent({ agentId }: AgentHandle): Promise<AgentExit> {
    return this.end(agentId, { code: null, signal: 'SIGTERM', at: Date.now() });
  }

  /** The agent's program ends, by itself or not. */
  end(agentId: string, exit: AgentExit): AgentExit {
    this.#change(agentId, { status: exit.code === 0 ? 'stopped' : 'failed', exit, pid: null });
    this.emit({ type: 'exited', agentId, exit });
    return exit;
  }

  async restartAgent({ agentId }: AgentHandle, request: FakeRuntime['restarts'][number]): Promise<void> {
    this.restarts.push(request);
    this.#change(agentId, { status: 'running', exit: null, pid: 5000 + this.restarts.length });
    this.emit({ type: 'restarted', agentId, pid: 5000 + this.restarts.length });
  }

  async renameAgent({ agentId, ...handle }: AgentHandle, name: string): Promise<AgentHandle> {
    if (this.failure !== null) throw this.failure;
    const renamed = { ...handle, agentId, data: { ...handle.data, sessionName: name } };
    const config = this.agents.get(agentId)?.config;
    this.#change(agentId, { handle: renamed, ...(config === undefined ? {} : { config: { ...config, name } }) });
    return renamed;
  }

  async listAgents(): Promise<readonly AgentInfo[]> {
    await this.listGate;
    if (this.failure !== null) throw this.failure;
    return [...this.agents.values()];
  }

  async ping(): Promise<void> {
    if (this.failure !== null) throw this.failure;
  }

  getAttachCommand({ data }: Pick<AgentHandle, 'data'>): string {
    return this.getAttachArgv({ data }).join(' ');
  }

  getAttachArgv({ data }: Pick<AgentHandle, 'data'>): readonly string[] {
    return ['tmux', 'attach', '-t', typeof data['sessionName'] === 'string' ? data['sessionName'] : ''];
  }

  getTmux({ agentId }: AgentHandle): AgentTmux {
    return {
      capture: async () => {
        this.captures += 1;
        const frame = this.#frame(agentId);
        await this.captureGate;
        if (this.captureFailure !== null) throw this.captureFailure;
        return frame;
      },
      sendText: (_target, text, options) => this.#type(agentId, `send:${text}`, options?.signal),
      insertText: (_target, text, options) => this.#type(agentId, `insert:${text}`, options?.signal),
      pressKeys: (_target, keys) => this.#type(agentId, `keys:${keys.join(' ')}`),
      waitFor: (_target, pattern, { signal, timeoutMs }) => this.#waitFor(agentId, pattern, { signal, timeoutMs }),
      listClients: async () => {
        const failure = this.clientsFailure;
        this.clientsFailure = null;
        if (failure !== null) throw failure;
        return this.clients;
      },
      switchClient: async (client) => {
        if (client === '/dev/elsewhere') throw new RuntimeError('target-not-found', "can't find client");
        this.typed.push(`${agentId}:switch:${client}`);
      },
    };
  }

  watch(listener: (event: RuntimeEvent) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  emit(event: RuntimeEvent): void {
    for (const listener of this.#listeners) listener(event);
  }

  print(agentId: string, text: string): void {
    this.emit({ type: 'output', agentId, data: Buffer.from(text), at: Date.now() });
  }

  async #type(agentId: string, what: string, signal?: AbortSignal): Promise<void> {
    this.typed.push(`${agentId}:${what}`);
    const { promise: aborted, reject } = Promise.withResolvers<never>();
    signal?.addEventListener('abort', () => reject(signal.reason), { once: true });
    await Promise.race([this.gate, aborted]);
    if (this.failure !== null) throw this.failure;
    const [kind, ...rest] = what.split(':');
    if (kind === 'insert') this.inputs.set(agentId, `${this.inputs.get(agentId) ?? ''}${rest.join(':')}`);
    if (what === 'keys:Enter') this.inputs.delete(agentId);
  }

  async #waitFor(
    agentId: string,
    text: string,
    { signal, timeoutMs }: { signal?: AbortSignal | undefined; timeoutMs: number },
  ): Promise<string> {
    const deadline = Date.now() + timeoutMs;
    while (!(this.screens.get(agentId) ?? []).join('\n').includes(text)) {
      signal?.throwIfAborted();
      if (Date.now() >= deadline) throw new RuntimeError('timed-out', `"${text}" did not appear`);
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    return text;
  }

  #change(agentId: string, changes: Partial<AgentInfo>): void {
    const info = this.agents.get(agentId);
    if (info === undefined) throw new RuntimeError('agent-not-found', `no agent ${agentId}`);
    this.agents.set(agentId, { ...info, ...changes });
  }

  #frame(agentId: string): PaneFrame {
    const screen = this.screens.get(agentId) ?? [''];
    const input = this.showsInput ? this.inputs.get(agentId)?.split('\n') : undefined;
    const lines = input === undefined ? screen : [...screen, ...input];
    const cursor = { x: input?.at(-1)?.length ?? 0, y: lines.length - 1, isVisible: true };
    return {
      paneId: '%1',
      lines,
      cursor,
      columns: 80,
      rows: 24,
      isAlternate: false,
      historySize: 0,
      isDead: false,
      isInMode: false,
      title: '',
    };
  }
}

/** The given runtimes under their names. */
export function fakeRuntimes(runtimes: Readonly<Record<string, FleetRuntime>>): FleetRuntimes {
  return {
    listRuntimes: () => Object.keys(runtimes),
    getRuntime: (id) => {
      const runtime = runtimes[id];
      if (runtime === undefined) throw new RuntimeError('runtime-not-found', `There is no runtime "${id}"`);
      return runtime;
    },
  };
}
