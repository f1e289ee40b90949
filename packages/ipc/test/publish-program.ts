// Publishes numbers without end, and prints each that the daemon has: `publish-program.ts SOCKET FIRST`.
import { DaemonClient } from '@swarm-tui/ipc';

const [socketPath = '', first = '0'] = process.argv.slice(2);
const client = await DaemonClient.connect({ socketPath });
for (let number = Number(first); ; number++) {
  await client.publishDurable('buffer.jobs.add', { number }, { id: `job-${number}` });
  console.log(number);
}
