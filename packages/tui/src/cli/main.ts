/** The command line; gives the exit code. */
export async function runCli(argv: readonly string[]): Promise<number> {
  process.stderr.write(`swarm-tui ${argv[0] ?? ''}: no such command\n`);
  return 2;
}
