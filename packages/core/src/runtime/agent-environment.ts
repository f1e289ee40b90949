/** Variables that describe the terminal of whoever asked; the agent's terminal is tmux's pane. */
const terminalVariables = new Set([
  'TMUX',
  'TMUX_PANE',
  'SWARM_SHELL',
  'TERM',
  'TERM_PROGRAM',
  'TERM_PROGRAM_VERSION',
  'TERMCAP',
  'WINDOWID',
  'COLUMNS',
  'LINES',
  'STY',
  'PWD',
  'OLDPWD',
  'SHLVL',
  '_',
]);

/** Environment variable with the agent's id, for hooks and tools that run in the agent. */
export const agentIdVariable = 'SWARM_AGENT_ID';
/** Environment variable that no two agents share, by which all processes of one are found. */
export const agentRunVariable = 'SWARM_AGENT_RUN';

/** Whose environment an agent gets, and what is added to it. */
export interface AgentEnvironmentRequest {
  /** The whole environment of whoever asked. */
  readonly base: Readonly<Record<string, string | undefined>>;
  /** What the provider adds. */
  readonly provider: Readonly<Record<string, string>>;
  readonly agentId: string;
  readonly run: string;
}

/** The whole environment of an agent, apart from what tmux sets itself (TERM …). */
export function toAgentEnvironment({
  base,
  provider,
  agentId,
  run,
}: AgentEnvironmentRequest): ReadonlyMap<string, string> {
  const environment = new Map<string, string>([['COLORTERM', 'truecolor']]);
  for (const [name, value] of [...Object.entries(base), ...Object.entries(provider)]) {
    if (value !== undefined && /^[A-Za-z_][A-Za-z0-9_]*$/.test(name) && !terminalVariables.has(name))
      environment.set(name, value);
  }
  return environment.set(agentIdVariable, agentId).set(agentRunVariable, run);
}

// tmux sets SHELL to its own default-shell in every pane; the person's travels under this name
const shellVariable = 'SWARM_SHELL';

/** The environment as the variables of a tmux session. */
export function toSessionVariables(environment: ReadonlyMap<string, string>): readonly (readonly [string, string])[] {
  return [...environment].map(([name, value]) => [name === 'SHELL' ? shellVariable : name, value]);
}

/** Undoes `toSessionVariables`. */
export function fromSessionVariables(variables: Iterable<readonly [string, string]>): ReadonlyMap<string, string> {
  return new Map([...variables].map(([name, value]) => [name === shellVariable ? 'SHELL' : name, value]));
}

/**
 * The argv that tmux starts. tmux puts TMUX, TMUX_PANE and SHELL into every pane whatever it is told; a tiny shell mends
 * that and becomes the program. No value of the environment is in it.
 */
export function toPaneCommand(command: readonly string[]): readonly string[] {
  return ['/bin/sh', '-c', mendAndRun, 'swarm-agent', ...command];
}

const mendAndRun = [
  'unset TMUX TMUX_PANE SHELL',
  `if [ -n "$${shellVariable}" ]; then SHELL=$${shellVariable}; export SHELL; unset ${shellVariable}; fi`,
  'exec "$@"',
].join('; ');
