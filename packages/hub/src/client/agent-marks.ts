/** What an agent's terminal puts into the environment. A hub that carried them would be ended with that agent. */
export const agentMarks: readonly string[] = ['TMUX', 'TMUX_PANE', 'SWARM_AGENT_ID', 'SWARM_AGENT_RUN'];
