import { randomUUID } from 'node:crypto';
import { AgentConfig, type AgentConfigInput } from '../agent/agent-config.ts';
import { RuntimeError } from '../errors.ts';
import type { LaunchPlan } from '../provider/provider.ts';
import { parseRecords } from '../tmux/format.ts';
import type { TmuxTransport } from '../tmux/tmux-transport.ts';
import { discardWorktree, type PreparedWorktree, prepareWorktree } from '../worktree/worktree.ts';
import { toAgentEnvironment } from './agent-environment.ts';
import { type AgentMetadata, toRememberedConfig } from './agent-metadata.ts';
import type { SpawnOptions } from './agent-runtime.ts';
import { type AgentServer, untilAborted } from './agent-server.ts';
import { checkDirectory, locateProgram, planLaunch, type ProviderLookup } from './launch-plan.ts';
import { draftSessionPrefix, toFreeSessionName, toSafeSessionName } from './session-name.ts';
import { type SpawnPlan, toCleanUpCommands, toSpawnCommands } from './spawn-commands.ts';
import { agentVariables, type TrackedAgent, toAgentWindows, toTrackedAgent } from './tracked-agent.ts';

export interface SpawnerOptions {
  readonly server: AgentServer;
  readonly providers: ProviderLookup;
  /** Environment of agents whose config brings none. */
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly clock: () => number;
}

interface Draft {
  readonly config: AgentConfig;
  readonly launch: LaunchPlan;
  readonly run: string;
  readonly environment: ReadonlyMap<string, string>;
}

/** Makes agents on one tmux server. Names and ids under way are reserved, so that two spawns never get the same. */
export class AgentSpawner {
  readonly #options: SpawnerOptions;
  readonly #pendingIds = new Set<string>();
  readonly #pendingNames = new Set<string>();

  constructor(options: SpawnerOptions) {
    this.#options = options;
  }

  async spawn(input: AgentConfigInput, options: SpawnOptions = {}): Promise<TrackedAgent> {
    options.signal?.throwIfAborted();
    const draft = this.#draft(input);
    await this.#options.server.connect(options);
    const { agentId } = draft.config;
    if (this.#pendingIds.has(agentId) || this.#options.server.index.find(agentId)) throw toExistsError(agentId);
    this.#pendingIds.add(agentId);
    try {
      return await this.#make(draft, options);
    } finally {
      this.#pendingIds.delete(agentId);
    }
  }

  #draft(input: AgentConfigInput): Draft {
    const parsed = AgentConfig.safeParse(input);
    if (!parsed.success) throw toInputError(parsed.error.issues);
    const config = parsed.data;
    const launch = planLaunch(config, this.#options.providers);
    const run = randomUUID();
    const base = config.env ?? this.#options.env;
    return {
      config,
      launch,
      run,
      environment: toAgentEnvironment({ base, provider: launch.env, agentId: config.agentId, run }),
    };
  }

  async #make(draft: Draft, options: SpawnOptions): Promise<TrackedAgent> {
    const { config } = draft;
    const directory = await checkDirectory(config.workingDirectory);
    const worktree = config.worktree ? await this.#makeWorktree(config.worktree, directory, options) : null;
    const sessionName = this.#reserveName(config);
    try {
      return await this.#start(
        await this.#plan(draft, { directory: worktree?.path ?? directory, worktree, sessionName }),
        options,
      );
    } catch (cause) {
      if (worktree) await discardWorktree(worktree, { directory, env: this.#options.env });
      throw cause;
    } finally {
      this.#pendingNames.delete(sessionName);
    }
  }

  async #makeWorktree(
    request: NonNullable<AgentConfig['worktree']>,
    directory: string,
    { onProgress, signal }: SpawnOptions,
  ): Promise<PreparedWorktree> {
    onProgress?.(`making worktree ${request.branch}`);
    return prepareWorktree(request, { directory, env: this.#options.env, signal });
  }

  #reserveName({ sessionName, name, agentId }: AgentConfig): string {
    const names = new Set([
      ...this.#pendingNames,
      ...this.#options.server.index.all().map((agent) => agent.sessionName),
    ]);
    const isTaken = (candidate: string): boolean => names.has(candidate);
    const wanted = toSafeSessionName(sessionName ?? name ?? agentId, agentId);
    if (sessionName !== undefined && isTaken(wanted)) {
      throw new RuntimeError('agent-exists', `A session "${wanted}" exists already`, {
        hint: 'Choose another session name, or leave it out.',
      });
    }
    const free = toFreeSessionName(wanted, isTaken);
    this.#pendingNames.add(free);
    return free;
  }

  async #plan(
    { config, launch, run, environment }: Draft,
    { directory, worktree, sessionName }: { directory: string; worktree: PreparedWorktree | null; sessionName: string },
  ): Promise<SpawnPlan> {
    const installHint = config.command ? undefined : this.#options.providers(config.aiProvider)?.installHint;
    const command = await locateProgram(launch.command, { path: environment.get('PATH'), directory, installHint });
    const conversation = launch.conversationId === null ? {} : { conversationId: launch.conversationId };
    const metadata: AgentMetadata = {
      version: 1,
      config: {
        ...toRememberedConfig(config),
        ...conversation,
      },
      directory,
      worktree: worktree && { path: worktree.path, branch: worktree.branch, created: worktree.created },
      run,
      createdAt: this.#options.clock(),
      prompt: launch.prompt,
    };
    return { metadata, command, environment, sessionName, draftName: `${draftSessionPrefix}${run}` };
  }

  async #start(plan: SpawnPlan, { onProgress, signal }: SpawnOptions): Promise<TrackedAgent> {
    const { server } = this.#options;
    signal?.throwIfAborted();
    onProgress?.('starting');
    const release = server.refresher.hold();
    // not ended by the signal itself: once tmux has read it, the session exists and must be taken back
    const batch = runBatch(server.service.transport, plan).finally(release);
    try {
      const agent = await untilAborted(batch, signal);
      server.emitAll(server.index.put(agent));
      return agent;
    } catch (cause) {
      if (signal?.aborted) void batch.then((agent) => takeBack(server, agent)).catch(() => undefined);
      throw cause;
    }
  }
}

async function runBatch(transport: TmuxTransport, plan: SpawnPlan): Promise<TrackedAgent> {
  const outcomes = await transport.settleAll(toSpawnCommands(plan));
  const failed = outcomes.find((outcome) => outcome.status === 'rejected');
  const last = outcomes.at(-1);
  const rows = last?.status === 'fulfilled' ? parseRecords(agentVariables, last.value) : [];
  const [window] = toAgentWindows(rows);
  if (!failed && window) return toTrackedAgent(plan.metadata, { ...window, isOrphan: false });
  await transport.settleAll(toCleanUpCommands(plan));
  const reason: unknown = failed?.reason;
  throw new RuntimeError(
    'not-ready',
    `The tmux session of agent "${plan.metadata.config.agentId}" did not become ready`,
    {
      cause: reason,
      hint: reason instanceof Error ? reason.message : 'Look at the tmux server with: swarm-tui doctor',
    },
  );
}

async function takeBack(server: AgentServer, agent: TrackedAgent): Promise<void> {
  await server.service.transport.settleAll([['kill-window', '-t', agent.windowId]]);
}

function toExistsError(agentId: string): RuntimeError {
  return new RuntimeError('agent-exists', `There is an agent "${agentId}" already`, {
    hint: 'Choose another id, or remove that agent first.',
  });
}

function toInputError(
  issues: readonly { readonly path: readonly PropertyKey[]; readonly message: string }[],
): RuntimeError {
  const [issue] = issues;
  const field = issue?.path.map(String).join('.') || 'config';
  return new RuntimeError('invalid-input', `The agent cannot be made: ${field}: ${issue?.message ?? 'invalid'}`, {
    hint: `Correct "${field}" and try again.`,
  });
}
