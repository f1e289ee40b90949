import type { CallOptions } from '../call-options.ts';
import { respawnPane } from '../tmux/respawn-pane.ts';
import type { TmuxCommand } from '../tmux/tmux-transport.ts';
import { fromSessionVariables, toAgentEnvironment, toPaneCommand, toSessionVariables } from './agent-environment.ts';
import type { RestartRequest } from './agent-runtime.ts';
import type { AgentServer } from './agent-server.ts';
import { checkDirectory, locateProgram } from './launch-plan.ts';
import type { TrackedAgent } from './tracked-agent.ts';

/** What to restart, and how. */
export interface Restart {
  readonly agent: TrackedAgent;
  readonly request: RestartRequest;
}

/** Runs another command in the agent's pane. `end` ends what runs there now, with all it started. */
export async function restartAgent(
  server: AgentServer,
  { agent, request }: Restart,
  { end, signal }: CallOptions & { readonly end: () => Promise<void> },
): Promise<void> {
  const { metadata, sessionId, paneId, windowId } = agent;
  const directory = await checkDirectory(metadata.directory);
  const environment = await readEnvironment(server, agent, { signal });
  const wanted = request.env ? toRestartEnvironment(agent, request.env) : environment;
  const command = await locateProgram(request.command, { path: wanted.get('PATH'), directory, installHint: undefined });
  await end();
  const wantedVariables = toSessionVariables(wanted);
  const names = new Set(wantedVariables.map(([name]) => name));
  const forgotten = toSessionVariables(environment).filter(([name]) => !names.has(name));
  const before = [
    ...forgotten.map(([name]): TmuxCommand => ['set-environment', '-t', sessionId, '-u', '--', name]),
    ...wantedVariables.map(([name, value]): TmuxCommand => ['set-environment', '-t', sessionId, '--', name, value]),
    ['set-option', '-w', '-u', '-t', windowId, '@swarm_stopping'],
  ];
  const launch = { kill: true, before, cwd: directory, command: toPaneCommand(command) };
  // one write, so nothing is half done; and nothing starts for somebody who has given up
  await respawnPane(server.service.transport, paneId, launch, { signal });
  await server.list({ signal });
}

function toRestartEnvironment(
  { metadata }: TrackedAgent,
  base: Readonly<Record<string, string>>,
): ReadonlyMap<string, string> {
  return toAgentEnvironment({ base, provider: {}, agentId: metadata.config.agentId, run: metadata.run });
}

// the session keeps what the agent was started with
async function readEnvironment(
  server: AgentServer,
  { sessionId }: TrackedAgent,
  options: CallOptions,
): Promise<ReadonlyMap<string, string>> {
  const shown = await server.service.showEnvironment({ session: sessionId }, options);
  return fromSessionVariables([...shown].filter((entry): entry is [string, string] => entry[1] !== null));
}
