// Fills a queue on disk without a daemon, then waits to be killed: `queue-program.ts SOCKET DIRECTORY COUNT`.
import { DaemonClient } from '@swarm-tui/ipc';

const [socketPath = '', directory = '', count = '0'] = process.argv.slice(2);
const client = new DaemonClient({ socketPath, offline: { directory } });
for (let number = 0; number < Number(count); number++) await client.publish('buffer.jobs.add', { number });
console.log('queued');
