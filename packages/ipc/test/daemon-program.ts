// A daemon in a process of its own: `node daemon-program.ts <socket> <directory>`. Prints `ready`.
import { IpcDaemon } from '@swarm-tui/ipc';

const [socketPath = '', directory = ''] = process.argv.slice(2);
const limits = { messagesPerStream: 1_000_000, rememberedIds: 1_000_000 };
const daemon = await IpcDaemon.listen({ socketPath, store: { directory, limits }, takeOverMs: 10_000 });
console.log('ready');
process.once('SIGTERM', () => void daemon.close().then(() => process.exit()));
