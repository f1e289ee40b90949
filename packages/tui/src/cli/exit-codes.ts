/** Exit codes of `swarm-tui`, as `--help` and docs/cli.md state them. */
export const exitCodes = {
  good: 0,
  failed: 1,
  wrongUsage: 2,
  noSuchAgent: 3,
  noHub: 4,
  timedOut: 124,
  interrupted: 130,
} as const;
