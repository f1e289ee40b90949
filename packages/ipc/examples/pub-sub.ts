import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DaemonClient, IpcDaemon } from '@swarm-tui/ipc';

const directory = await mkdtemp(join(tmpdir(), 'bus-'));
const socketPath = join(directory, 'ipc.sock');
{
  await using _daemon = await IpcDaemon.listen({ socketPath, store: { directory } });
  await using builder = await DaemonClient.connect({ socketPath });
  await using watcher = await DaemonClient.connect({ socketPath });

  const builds = watcher.subscribe('team.*.done');
  await builds.ready;
  await builder.publish('team.web.done', { seconds: 12 });
  await builder.publish('team.api.done', { seconds: 40 });
  for await (const { type, payload } of builds) {
    console.log(type, payload);
    if (type === 'team.api.done') break;
  }
}
await rm(directory, { recursive: true });
