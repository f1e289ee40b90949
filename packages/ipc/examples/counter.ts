import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { IpcClient, IpcServer } from '@swarm-tui/ipc';

const directory = await mkdtemp(join(tmpdir(), 'counter-'));
const socketPath = join(directory, 'counter.sock');
let count = 0;

{
  await using server = await IpcServer.listen({
    socketPath,
    handle: async ({ type }) => {
      if (type !== 'counter.add') throw Object.assign(new Error(`I do not know ${type}.`), { code: 'unknown-request' });
      count += 1;
      server.publish('counter.changed', { count });
      return { count };
    },
  });
  await using client = await IpcClient.connect({ socketPath });

  const changed = Promise.withResolvers<unknown>();
  client.subscribe('counter.changed', changed.resolve);
  console.log('answer', await client.request('counter.add'));
  console.log('published', await changed.promise);
  await client.request('counter.drop').catch((error: unknown) => console.log(String(error)));
}
await rm(directory, { recursive: true });
