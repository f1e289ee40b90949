// A daemon in a process of its own, with or without a parent: `node parent-program.ts <socket> <directory> [<socket of the
// parent>|offered]`. Prints `ready`.
import { createUnixDial, defaultLimits, IpcDaemon, type ParentOptions } from '@swarm-tui/ipc';

const [socketPath = '', directory = '', above = ''] = process.argv.slice(2);
const limits = { messagesPerStream: 1_000_000, rememberedIds: 1_000_000, totalBytes: 1024 ** 3 };

function parentOptions(): ParentOptions | undefined {
  if (above === '') return undefined;
  const dial = above === 'offered' ? undefined : createUnixDial(above, 'binary', defaultLimits);
  return { dial, taskspaces: ['p0', 'p1', 'p2', 'ts-1'], reconnect: { initialMs: 10, maxMs: 50 } };
}

const daemon = await IpcDaemon.listen({
  socketPath,
  store: { directory, limits },
  takeOverMs: 10_000,
  parent: parentOptions(),
});
console.log('ready');
process.once('SIGTERM', () => void daemon.close().then(() => process.exit()));
