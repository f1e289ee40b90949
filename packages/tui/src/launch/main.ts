import { isatty } from 'node:tty';
import { startHubAhead } from './hub-ahead.ts';
import { LaunchError } from './launch-error.ts';
import { programCommand } from './program-files.ts';
import { hasTmux, startUi } from './start-ui.ts';
import { asksForUi } from './ui-arguments.ts';

/**
 * The program: the UI, the list inside it, the hub, or a command. Each loads only what it needs; nothing here may import
 * React or the hub.
 */
export async function main(argv: readonly string[]): Promise<number> {
  const [command, ...rest] = argv;
  if (command === 'ui-pane') return (await import('./ui-pane.ts')).runUiPane(rest);
  if (command === 'hub' && rest[0] === 'run') return (await import('./hub-run.ts')).runHubProcess(process.env);
  if (!asksForUi(argv)) return runCommand(argv);
  return isatty(0) && isatty(1) && process.env['TERM'] !== 'dumb' ? openUi(argv) : runCommand(['ls']);
}

async function runCommand(argv: readonly string[]): Promise<number> {
  // what zod would compile for later calls costs a command that asks once 10 ms; read when its first schema is made
  Object.assign(globalThis, { __zod_globalConfig: { jitless: true } });
  const { runCli } = await import('../cli/main.ts');
  return runCli(argv);
}

function openUi(argv: readonly string[]): number {
  const { columns, rows } = process.stdout;
  const hub = hasTmux(process.env) ? startHubAhead(process.env) : [];
  try {
    return startUi({
      command: programCommand('ui-pane', ...hub, ...argv),
      env: process.env,
      directory: process.cwd(),
      columns,
      rows,
    });
  } catch (error) {
    if (!(error instanceof LaunchError)) throw error;
    process.stderr.write(`${error.message}\n`);
    return 1;
  }
}

main(process.argv.slice(2)).then(
  (code) => {
    process.exitCode = code;
  },
  (error: unknown) => {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = 1;
  },
);
