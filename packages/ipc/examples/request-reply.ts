import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DaemonClient, IpcDaemon } from '@swarm-tui/ipc';

const directory = await mkdtemp(join(tmpdir(), 'bus-'));
const socketPath = join(directory, 'ipc.sock');
{
  await using _daemon = await IpcDaemon.listen({ socketPath, store: { directory } });
  await using server = await DaemonClient.connect({ socketPath });
  await using client = await DaemonClient.connect({ socketPath });

  const service = server.respond('math.double', ({ payload }) => {
    if (typeof payload !== 'number') throw Object.assign(new Error('Give me a number.'), { code: 'no-number' });
    return payload * 2;
  });
  await service.ready;
  console.log(await client.request('math.double', 21, { timeoutMs: 5000 }));
  await client.request('math.double', 'x').catch((error: unknown) => console.log(String(error)));
  await client.request('math.half', 1).catch((error: unknown) => console.log(String(error)));
}
await rm(directory, { recursive: true });
