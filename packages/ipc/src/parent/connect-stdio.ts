// The far end of `connectOverStdio` as a program: `node connect-stdio.js --socket <path>`.
import { parseArgs } from 'node:util';
import { IpcError } from '../errors.ts';
import { serveStdio } from './serve-stdio.ts';

async function main(): Promise<number> {
  const { socket } = parseArgs({ options: { socket: { type: 'string' } } }).values;
  if (socket === undefined) {
    process.stderr.write('usage: node connect-stdio.js --socket <path of the daemon>\n');
    return 2;
  }
  try {
    await serveStdio({ socketPath: socket });
    return 0;
  } catch (problem) {
    if (!(problem instanceof IpcError)) throw problem;
    process.stderr.write(`${problem.message} ${problem.hint}\n`);
    return 1;
  }
}

// The parent may have left its end open: nothing keeps this process when the daemon has gone.
process.exit(await main());
