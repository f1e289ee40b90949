import { createCliContext } from './create-cli-context.ts';
import { runProgram } from './program.ts';

/** The command line; gives the exit code. */
export async function runCli(argv: readonly string[]): Promise<number> {
  const abort = new AbortController();
  const interrupt = (): void => abort.abort(new DOMException('Interrupted.', 'AbortError'));
  process.once('SIGINT', interrupt);
  try {
    return await runProgram(argv, createCliContext(argv, abort.signal));
  } finally {
    process.off('SIGINT', interrupt);
  }
}
