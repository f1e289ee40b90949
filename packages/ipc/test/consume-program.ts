// A durable consumer that prints each number before it asks for the next: `consume-program.ts SOCKET`.
import { DaemonClient } from '@swarm-tui/ipc';

const [socketPath = ''] = process.argv.slice(2);
const client = await DaemonClient.connect({ socketPath });
for await (const { payload } of client.subscribe('buffer.jobs.>', { durable: 'worker', start: 'all' })) {
  console.log(Reflect.get(Object(payload), 'number'));
}
