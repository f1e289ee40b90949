import { randomUUID } from 'node:crypto';
import { sep } from 'node:path';
import { AgentConfig, type AgentConfigInput } from '../agent/agent-config.ts';
import type { CallOptions } from '../call-options.ts';
import { RuntimeError } from '../errors.ts';
import type { LaunchPlan } from '../provider/provider.ts';
import { lockBranch } from '../worktree/branch-lock.ts';
import { checkWorktreeRequest, discardWorktree, type PreparedWorktree, prepareWorktree } from '../worktree/worktree.ts';
import { toAgentEnvironment } from './agent-environment.ts';
import { type AgentMetadata, toRememberedConfig } from './agent-metadata.ts';
import type { SpawnOptions } from './agent-runtime.ts';
import type { AgentEnder } from './agent-ender.ts';
import type { AgentServer } from './agent-server.ts';
import { checkDirectory, isFoundByDirectory, locateProgram, planLaunch, type ProviderLookup } from './launch-plan.ts';
import { draftSessionPrefix, toFreeSessionName, toSafeSessionName } from './session-name.ts';
import type { SpawnPlan } from './spawn-commands.ts';
import { startAgent } from './start-agent.ts';
import type { TrackedAgent } from './tracked-agent.ts';

/** What making agents needs. */
export interface SpawnerOptions {
  readonly server: AgentServer;
  readonly ender: AgentEnder;
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

  /** Rejects as `spawn` would, as far as that can be told before anything is made. */
  async check(input: AgentConfigInput, { signal }: CallOptions = {}): Promise<void> {
    const draft = this.#draft(input);
    const { workingDirectory, worktree } = draft.config;
    const directory = await checkDirectory(workingDirectory);
    if (!worktree) return void (await this.#locate(draft, directory));
    if (!isFoundByDirectory(draft.launch.command, draft.environment.get('PATH'))) await this.#locate(draft, directory);
    await checkWorktreeRequest(worktree, { directory, env: this.#options.env, signal });
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
    const directory = await checkDirectory(draft.config.workingDirectory);
    const request = draft.config.worktree;
    if (!request) return this.#launch(draft, { directory, worktree: null }, options);
    // before anything is made; what may be in the tree alone is looked for there
    if (!isFoundByDirectory(draft.launch.command, draft.environment.get('PATH'))) await this.#locate(draft, directory);
    const git = { directory, env: this.#options.env };
    // until it runs or is taken back: another agent on this branch finds its tree in use or not at all
    using _lock = await lockBranch(request.branch, { ...git, signal: options.signal });
    options.onProgress?.(`making worktree ${request.branch}`);
    const worktree = await prepareWorktree(request, { ...git, signal: options.signal });
    // awaited here: the lock goes when this function is left
    return await this.#launch(draft, { directory, worktree }, options);
  }

  async #launch(
    draft: Draft,
    { directory, worktree }: { readonly directory: string; readonly worktree: PreparedWorktree | null },
    { onProgress, signal }: SpawnOptions,
  ): Promise<TrackedAgent> {
    const discard = async (): Promise<void> => {
      if (worktree && !this.#isUsed(worktree.path))
        await discardWorktree(worktree, { directory, env: this.#options.env });
    };
    let plan: SpawnPlan | undefined;
    try {
      plan = await this.#plan(draft, { directory: worktree?.path ?? directory, worktree });
      signal?.throwIfAborted();
      onProgress?.('starting');
    } catch (cause) {
      await discard();
      if (plan) this.#pendingNames.delete(plan.sessionName);
      throw cause;
    }
    const { sessionName } = plan;
    return startAgent(this.#options, { plan, onTakenBack: discard }, signal).finally(() =>
      this.#pendingNames.delete(sessionName),
    );
  }

  #isUsed(path: string): boolean {
    return this.#options.server.index
      .all()
      .some(({ metadata: { directory } }) => directory === path || directory.startsWith(`${path}${sep}`));
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
    draft: Draft,
    { directory, worktree }: { directory: string; worktree: PreparedWorktree | null },
  ): Promise<SpawnPlan> {
    const { config, launch, run, environment } = draft;
    const command = await this.#locate(draft, directory);
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
    const sessionName = this.#reserveName(config);
    return { metadata, command, environment, sessionName, draftName: `${draftSessionPrefix}${run}` };
  }

  async #locate({ config, launch, environment }: Draft, directory: string): Promise<readonly string[]> {
    const installHint = config.command ? undefined : this.#options.providers(config.aiProvider)?.installHint;
    return locateProgram(launch.command, { path: environment.get('PATH'), directory, installHint });
  }
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
