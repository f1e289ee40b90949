import type { AgentConfigInput } from '../agent/agent-config.ts';
import type { AgentHandle } from '../agent/agent-handle.ts';
import type { AgentExit, AgentInfo } from '../agent/agent-info.ts';
import type { CallOptions } from '../call-options.ts';
import { RuntimeError } from '../errors.ts';
import { createProcessEnder, type EndProcessTree } from '../process/end-process-tree.ts';
import { resolveStateDirectory } from '../state-directory.ts';
import { tellListeners } from '../tell-listeners.ts';
import type { TmuxService } from '../tmux/tmux-service.ts';
import { AgentEnder } from './agent-ender.ts';
import type { AgentRuntime, KillOptions, RestartRequest, RuntimeEvent, SpawnOptions } from './agent-runtime.ts';
import { AgentServer } from './agent-server.ts';
import { adoptCommands, renameCommands } from './change-agent.ts';
import type { ProviderLookup } from './launch-plan.ts';
import { restartAgent } from './restart-agent.ts';
import { toFreeSessionName, toSafeSessionName } from './session-name.ts';
import { AgentSpawner } from './spawn-agent.ts';
import { type RuntimeName, toAgentInfo, toHandle, type TrackedAgent } from './tracked-agent.ts';

/** All have defaults that fit the person's own machine. */
export interface LocalRuntimeOptions {
  /** Id that handles carry; two runtimes in one manager need two. @default 'local' */
  readonly id?: string | undefined;
  /** tmux socket (`tmux -L`) that the agents live on. @default 'swarm-agents' */
  readonly socketName?: string | undefined;
  /** The tmux program. @default 'tmux' */
  readonly tmux?: string | undefined;
  /** Where the agents' tmux.conf is written. @default `$XDG_STATE_HOME/swarm-tui`, `~/.local/state/swarm-tui` */
  readonly configDirectory?: string | undefined;
  /** Providers by id, for configs without a command. @default none */
  readonly providers?: ProviderLookup | undefined;
  /** Environment of agents whose config brings none, and where tmux is looked for. @default process.env */
  readonly env?: Readonly<Record<string, string | undefined>> | undefined;
  /** Milliseconds since the epoch. @default Date.now */
  readonly clock?: (() => number) | undefined;
  readonly endProcessTree?: EndProcessTree | undefined;
}

const pingTimeoutMs = 5000;

/**
 * Runs agents on this machine, each in a tmux session of its own on a tmux server of their own. Agents outlive the
 * runtime: disposing it only closes the connection. Connects on first use.
 */
export class LocalRuntime implements AgentRuntime {
  readonly type = 'local';
  readonly id: string;
  readonly #name: RuntimeName;
  readonly #server: AgentServer;
  readonly #spawner: AgentSpawner;
  readonly #ender: AgentEnder;
  readonly #listeners = new Set<(event: RuntimeEvent) => void>();

  constructor(options: LocalRuntimeOptions = {}) {
    const { id = 'local', socketName = 'swarm-agents', tmux = 'tmux', env = process.env, clock = Date.now } = options;
    const { configDirectory = resolveStateDirectory(env), providers = () => undefined } = options;
    this.id = id;
    this.#name = { type: this.type, id, socketName };
    const emit = (event: RuntimeEvent): void => this.#emit(event);
    this.#server = new AgentServer({ runtime: this.#name, tmux, configDirectory, env, emit });
    this.#ender = new AgentEnder({
      server: this.#server,
      endProcessTree: options.endProcessTree ?? createProcessEnder(),
    });
    this.#spawner = new AgentSpawner({ server: this.#server, ender: this.#ender, providers, env, clock });
  }

  async spawnAgent(config: AgentConfigInput, options?: SpawnOptions): Promise<AgentHandle> {
    return toHandle(await this.#spawner.spawn(config, options), this.#name);
  }

  async checkSpawn(config: AgentConfigInput, options?: CallOptions): Promise<void> {
    await this.#spawner.check(config, options);
  }

  async killAgent(handle: AgentHandle, options?: KillOptions): Promise<void> {
    const agent = await this.#find(handle, options);
    if (agent) await this.#ender.remove(agent, options);
  }

  async listAgents(options?: CallOptions): Promise<readonly AgentInfo[]> {
    // looking must not start a server that somebody ended
    if (!(await this.#server.connectIfAlive(options))) return [];
    await this.#server.list(options);
    return this.#server.index.all().map((agent) => toAgentInfo(agent, this.#name));
  }

  getTmux(_handle: AgentHandle): TmuxService {
    return this.#server.service;
  }

  getAttachArgv(handle: AgentHandle): readonly string[] {
    return this.#server.service.attachArgv(this.#sessionOf(handle));
  }

  getAttachCommand(handle: AgentHandle): string {
    return this.#server.service.getAttachCommand(this.#sessionOf(handle));
  }

  async ping({ signal }: CallOptions = {}): Promise<void> {
    const timeout = AbortSignal.timeout(pingTimeoutMs);
    const either = signal ? AbortSignal.any([signal, timeout]) : timeout;
    try {
      if (!(await this.#server.connectIfAlive({ signal: either }))) return;
      await this.#server.service.transport.run(['display-message', '-p', 'ok'], { signal: either });
    } catch (cause) {
      signal?.throwIfAborted();
      if (cause instanceof RuntimeError && cause.code.startsWith('tmux-') && cause.code !== 'tmux-closed') throw cause;
      throw new RuntimeError('engine-unavailable', `The tmux server "${this.#name.socketName}" does not answer`, {
        cause,
        hint: `Look at it with: tmux -L ${this.#name.socketName} ls`,
      });
    }
  }

  async stopAgent(handle: AgentHandle, options?: KillOptions): Promise<AgentExit> {
    return this.#ender.stop(await this.#get(handle, options), options);
  }

  async restartAgent(handle: AgentHandle, request: RestartRequest, options?: CallOptions): Promise<void> {
    const agent = await this.#get(handle, options);
    const ended = { ...options, end: () => this.#ender.end(agent, options) };
    await restartAgent(this.#server, { agent, request }, ended);
  }

  async renameAgent(handle: AgentHandle, name: string, options?: CallOptions): Promise<AgentHandle> {
    if (name === '' || name.length > 512)
      throw new RuntimeError('invalid-input', 'An agent name has 1 to 512 characters');
    const agent = await this.#get(handle, options);
    const renamed = { ...agent, metadata: { ...agent.metadata, config: { ...agent.metadata.config, name } } };
    const sessionName = agent.metadata.config.sessionName === undefined ? this.#freeName(renamed) : agent.sessionName;
    await this.#server.service.transport.runAll(renameCommands(renamed, sessionName), options);
    this.#server.emitAll(this.#server.index.put({ ...renamed, sessionName }));
    return toHandle({ ...renamed, sessionName }, this.#name);
  }

  /** Gives an agent that lost its session (`data.orphan` in its handle) a new one. Answers with its new handle. */
  async adoptAgent(handle: AgentHandle, options?: CallOptions): Promise<AgentHandle> {
    const agent = await this.#get(handle, options);
    if (!agent.isOrphan) return toHandle(agent, this.#name);
    await this.#server.service.transport.runAll(adoptCommands(agent, this.#freeName(agent)), options);
    await this.#server.list(options);
    return toHandle(await this.#get(handle, options), this.#name);
  }

  watch(listener: (event: RuntimeEvent) => void): () => void {
    this.#listeners.add(listener);
    // without a connection nothing would ever be heard; a failure is reported as `down`
    this.#server.connectIfAlive().catch((cause: unknown) => {
      this.#emit({ type: 'down', reason: cause instanceof Error ? cause.message : String(cause) });
    });
    return () => this.#listeners.delete(listener);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#listeners.clear();
    await this.#server[Symbol.asyncDispose]();
  }

  #emit(event: RuntimeEvent): void {
    tellListeners(this.#listeners, event);
  }

  #freeName({ metadata: { config }, sessionId }: TrackedAgent): string {
    const others = this.#server.index.all().filter((other) => other.sessionId !== sessionId);
    const names = new Set(others.map((other) => other.sessionName));
    return toFreeSessionName(toSafeSessionName(config.name ?? config.agentId, config.agentId), (name) =>
      names.has(name),
    );
  }

  #sessionOf({ agentId, data }: AgentHandle): string {
    const known = this.#server.index.find(agentId)?.sessionName ?? data['sessionName'];
    return typeof known === 'string' ? known : agentId;
  }

  async #find({ agentId }: AgentHandle, options?: CallOptions): Promise<TrackedAgent | undefined> {
    if (!(await this.#server.connectIfAlive(options))) return undefined;
    if (!this.#server.index.find(agentId)) await this.#server.list(options);
    return this.#server.index.find(agentId);
  }

  async #get(handle: AgentHandle, options?: CallOptions): Promise<TrackedAgent> {
    const agent = await this.#find(handle, options);
    if (agent) return agent;
    throw new RuntimeError('agent-not-found', `There is no agent "${handle.agentId}" on runtime "${this.id}"`, {
      hint: 'It may have ended; list the agents to see which there are.',
    });
  }
}
