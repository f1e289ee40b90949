// A client in a process of its own: subscribes to everything, reports what it got when asked by a published `report`.
import { IpcClient } from '@swarm-tui/ipc';

const [socketPath = '', encoding] = process.argv.slice(2);
const client = await IpcClient.connect({ socketPath, encoding: encoding === 'binary' ? 'binary' : 'json-lines' });
let received = 0;
let dropped = 0;
client.onLagged((lag) => {
  if (lag.subject === 'bulk') dropped += lag.dropped;
});
client.subscribe('bulk', () => {
  received += 1;
});
client.subscribe('report', () => void client.request('report', { received, dropped }));
void client.request('hang').catch(() => undefined);
await client.request('ready', { pid: process.pid });
