// A daemon in a process of its own: `daemon-program.ts SOCKET DIRECTORY`.
import { IpcDaemon } from '@swarm-tui/ipc';

const [socketPath = '', directory = ''] = process.argv.slice(2);
await IpcDaemon.listen({ socketPath, store: { directory }, takeOverMs: 10_000 });
console.log('ready');
