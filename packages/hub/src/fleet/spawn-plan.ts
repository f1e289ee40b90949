import { AgentConfig, type LaunchPlan, type Provider } from '@swarm-tui/core';
import { type FleetEventBody, StoredConfig } from '../protocol/fleet-event.ts';
import { HubError } from '../protocol/hub-error.ts';
import { nameFromTask } from '../protocol/name-from-task.ts';
import type { ParsedParams } from '../protocol/requests.ts';
import type { AgentState } from './agent-state.ts';
import type { Environment } from './fleet-parts.ts';
import { mintAgentId, uniqueName } from './naming.ts';

/** What to hand to a runtime, and what must be logged before. */
export interface SpawnPlan {
  /** With the environment: goes to the runtime, never to the log. */
  readonly config: AgentConfig;
  /** The same as a person asked for it: without what the provider made of it. */
  readonly stored: StoredConfig;
  readonly conversationId: string | null;
  /** To be typed once the agent is ready; null when there is nothing to type. */
  readonly typedPrompt: string | null;
}

/** Which ids and names other agents have. */
export interface Taken {
  readonly hasId: (id: string) => boolean;
  readonly hasName: (name: string) => boolean;
}

/** Fills in what a client left out: id and unique name. Throws `invalid-request` for a taken id. */
export function completeRequest(request: Omit<ParsedParams<'agent.spawn'>, 'wait'>, taken: Taken): AgentConfig {
  const { runtimeId: _, agentId: wantedId, ...rest } = request;
  if (wantedId !== undefined && taken.hasId(wantedId)) {
    throw new HubError('invalid-request', `There is an agent "${wantedId}" already.`, { hint: 'Leave the id out.' });
  }
  const wanted = rest.name ?? (nameFromTask(rest.task ?? '') || rest.aiProvider);
  const name = uniqueName(wanted, taken.hasName);
  const agentId = wantedId ?? mintAgentId(name, taken.hasId);
  return AgentConfig.parse({ ...rest, agentId, name });
}

/** What runs for a config; `own` is the environment of agents whose config brings none. Throws `invalid-request` when neither a command nor a known provider says so. */
export function planSpawn(config: AgentConfig, provider: Provider | undefined, own: Environment): SpawnPlan {
  const launch = planLaunch(config, provider);
  const isTyped = launch.prompt === 'typed' && config.task !== '';
  const { conversationId } = launch;
  return {
    config: {
      ...config,
      ...environmentOf(config, launch, own),
      command: [...launch.command],
      ...(conversationId === null ? {} : { conversationId }),
    },
    stored: StoredConfig.parse(config),
    conversationId: conversationId ?? config.conversationId ?? null,
    typedPrompt: isTyped ? config.task : null,
  };
}

/** The config that starts a known agent again. */
export function restartConfig(
  state: AgentState,
  mode: 'resume' | 'fresh',
  env: Readonly<Record<string, string>> | undefined,
): AgentConfig {
  const { record, config } = state;
  const stored = config ?? { aiProvider: record.provider, workingDirectory: record.directory };
  const isResumed = mode === 'resume' && record.handle !== null;
  const { conversationId: _, ...rest } = stored as StoredConfig;
  return AgentConfig.parse({
    ...rest,
    agentId: record.id,
    name: record.name,
    ...(record.model === null ? {} : { aiModel: record.model }),
    // A conversation that goes on has had its task.
    task: isResumed ? '' : (state.wholeTask ?? record.task),
    mode: !isResumed ? 'fresh' : record.conversationId === null ? 'continue' : 'resume',
    ...(isResumed && record.conversationId !== null ? { conversationId: record.conversationId } : {}),
    ...(env === undefined ? {} : { env }),
  });
}

/** The message that brings a typed prompt to its agent; logged with the agent, so that no crash loses it. */
export function promptEvents(id: string, prompt: string | null): readonly FleetEventBody[] {
  if (prompt === null) return [];
  return [{ type: 'message.queued', id, messageId: `${id}-prompt`, text: prompt, submit: true }];
}

/** Nothing where neither says anything: the runtime then takes what it has. */
function environmentOf({ env }: AgentConfig, launch: LaunchPlan, own: Environment): Pick<AgentConfig, 'env'> {
  if (env !== undefined) return { env: { ...env, ...launch.env } };
  if (Object.keys(launch.env).length === 0) return {};
  const known = Object.entries(own).flatMap(([name, value]) => (value === undefined ? [] : [[name, value] as const]));
  return { env: { ...Object.fromEntries(known), ...launch.env } };
}

function planLaunch(config: AgentConfig, provider: Provider | undefined): LaunchPlan {
  if (config.command !== undefined) {
    return { command: config.command, env: {}, prompt: 'none', conversationId: null };
  }
  if (provider !== undefined) return provider.launch(config);
  throw new HubError('invalid-request', `No provider "${config.aiProvider}" is known.`, {
    hint: 'Name one of those that `swarm-tui doctor` lists, or give a command.',
  });
}
