// `npm start [-- ARGS]`: makes the clone ready, then becomes the program.
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { node, root, setUp } from './setup.mjs';
import { startDirectory } from './start-directory.mjs';

setUp();
const directory = startDirectory();
// The program speaks for itself from here on; this process only passes on signals and the exit status.
const program = spawn(node, [join(root, 'packages', 'tui', 'bin', 'swarm-tui.cjs'), ...process.argv.slice(2)], {
  stdio: 'inherit',
  cwd: directory,
  // so that its hints can be typed as they stand
  env: { ...process.env, SWARM_TUI_CALLED_AS: 'npm start', PWD: directory },
});
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => program.kill(signal));
program.on('error', (error) => {
  process.stderr.write(`Could not start ${node}: ${error.message}\n`);
  process.exit(1);
});
program.on('exit', (code, signal) => process.exit(code ?? (signal === 'SIGINT' ? 130 : 143)));
