// A background hub over a scripted fleet, as a process of its own: `node hub-program.ts <paths as JSON> <version>`.
import { HubPathsSchema } from './hub-paths-schema.ts';
import { runHub } from '../src/server/run-hub.ts';
import { createAgentRecord } from '../src/testing/create-agent-record.ts';
import { FakeFleet } from '../src/testing/fake-fleet.ts';

const [paths = '', version = '0.0.0'] = process.argv.slice(2);

process.exitCode = await runHub({
  paths: HubPathsSchema.parse(JSON.parse(paths)),
  version,
  logWorkerUrl: new URL('../src/log/log-worker.ts', import.meta.url),
  openFleet: async ({ log }) => {
    const fleet = new FakeFleet({ agents: [createAgentRecord({ id: 'a1' })] });
    fleet.answer('agent.seen', async ({ id }) => {
      await log.append([{ type: 'agent.seen', id }]);
      return {};
    });
    fleet.answer('agent.interrupt', async () => {
      queueMicrotask(() => {
        throw new Error('a bug');
      });
      return {};
    });
    return fleet;
  },
});
