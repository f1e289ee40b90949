import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DaemonClient, IpcDaemon } from '@swarm-tui/ipc';

const directory = await mkdtemp(join(tmpdir(), 'bus-'));
const socketPath = join(directory, 'ipc.sock');
const worker = { durable: 'worker', start: 'all' } as const;
{
  await using _daemon = await IpcDaemon.listen({ socketPath, store: { directory } });
  await using client = await DaemonClient.connect({ socketPath });
  for (const run of ['lint', 'test', 'pack']) {
    console.log('kept', await client.publishDurable('buffer.jobs.add', { run }, { id: `nightly-${run}` }));
  }
  console.log('again', await client.publishDurable('buffer.jobs.add', { run: 'lint' }, { id: 'nightly-lint' }));
  // Asking for the next message says that the one before is worked off. This one stops with `test` at hand.
  for await (const { payload } of client.subscribe('buffer.jobs.>', worker)) {
    console.log('first worker', payload);
    if (JSON.stringify(payload).includes('test')) break;
  }
}
{
  // The daemon was ended and is started again.
  await using _daemon = await IpcDaemon.listen({ socketPath, store: { directory } });
  await using client = await DaemonClient.connect({ socketPath });
  for await (const { seq, payload } of client.subscribe('buffer.jobs.>', worker)) {
    console.log('next worker', seq, payload);
    if (seq === 3) break;
  }
}
await rm(directory, { recursive: true });
