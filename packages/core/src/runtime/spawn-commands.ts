import { escapeFormat, recordFormat } from '../tmux/format.ts';
import type { TmuxCommand } from '../tmux/tmux-transport.ts';
import { toPaneCommand, toSessionVariables } from './agent-environment.ts';
import { type AgentMetadata, encodeMetadata } from './agent-metadata.ts';
import { agentVariables } from './tracked-agent.ts';

/** Everything that tmux must be told to make an agent. */
export interface SpawnPlan {
  readonly metadata: AgentMetadata;
  readonly command: readonly string[];
  readonly environment: ReadonlyMap<string, string>;
  /** Name of the session, free as far as is known. */
  readonly sessionName: string;
  /** Name that nothing else can have, so that commands sent in one write never reach another agent. */
  readonly draftName: string;
}

/** What the first of the spawn commands answers with, whatever comes of the others. */
export const madeVariables = ['window_id', 'pane_pid'] as const;

/** One write that makes the session (a hook in the configuration lets us hear it), gives it its metadata and name, and tells what came of it. */
export function toSpawnCommands(plan: SpawnPlan): readonly TmuxCommand[] {
  const { metadata, sessionName, draftName, command, environment } = plan;
  const { columns, rows } = metadata.config.size;
  const target = `=${draftName}:`;
  return [
    [
      'new-session',
      '-d',
      '-E',
      '-P',
      '-F',
      recordFormat(madeVariables),
      '-s',
      draftName,
      '-n',
      'agent',
      '-x',
      String(columns),
      '-y',
      String(rows),
      '-c',
      escapeFormat(metadata.directory),
      ...toSessionVariables(environment).flatMap(([name, value]) => ['-e', `${name}=${value}`]),
      '--',
      ...toPaneCommand(command),
    ],
    ['set-option', '-w', '-F', '-t', target, '@swarm_pane', '#{pane_id}'],
    ...toMetadataCommands(metadata, { window: target, session: target }),
    ['rename-session', '-t', `=${draftName}`, '--', sessionName],
    ['display-message', '-p', '-t', `=${sessionName}:`, '--', recordFormat(agentVariables)],
  ];
}

/**
 * The window holds the whole of it, for it outlives its session as long as the hidden one shows it; the session holds what
 * people and scripts like to read (`tmux ls -F '#{@swarm_name}'`).
 */
export function toMetadataCommands(
  metadata: AgentMetadata,
  { window, session }: { readonly window: string; readonly session: string },
): readonly TmuxCommand[] {
  const { agentId, name = agentId, aiProvider } = metadata.config;
  const shown = {
    id: agentId,
    name,
    provider: aiProvider,
    directory: metadata.directory,
    created: String(metadata.createdAt),
  };
  return [
    ['set-option', '-w', '-t', window, '@swarm_meta', encodeMetadata(metadata)],
    ...Object.entries(shown).map(
      ([key, value]): TmuxCommand => ['set-option', '-t', session, '--', `@swarm_${key}`, value],
    ),
  ];
}

/** Removes what a failed spawn left, or may have left where tmux did not say. */
export function toCleanUpCommand({ draftName }: SpawnPlan, windowId: string | undefined): TmuxCommand {
  return ['kill-window', '-t', windowId ?? `=${draftName}:`];
}
