import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connectHub } from '../src/client/connect-hub.ts';
import { expect, it } from 'vitest';
import { createEmbeddedHub } from '../src/embed/embedded-hub.ts';
import { FleetStore } from '../src/fleet/fleet-store.ts';
import { openEventLog } from '../src/log/open-event-log.ts';
import { HubServer } from '../src/server/hub-server.ts';
import { openLogFile } from '../src/server/log-file.ts';
import { createAgentRecord } from '../src/testing/create-agent-record.ts';
import { FakeFleet } from '../src/testing/fake-fleet.ts';
import { describeHubConnectionContract, type HubUnderContract } from '../src/testing/hub-connection-contract.ts';
import { createMemoryLog } from '../src/testing/memory-log.ts';

describeHubConnectionContract('client and server over a socket', createSocketHub);
describeHubConnectionContract('embedded hub', async () => {
  const fleet = new FakeFleet();
  const hub = createEmbeddedHub({ fleet, log: createMemoryLog() });
  return { hub, fleet, [Symbol.asyncDispose]: async () => hub[Symbol.asyncDispose]() };
});

async function createSocketHub(): Promise<HubUnderContract> {
  const stateDirectory = mkdtempSync(join(tmpdir(), 'swarm-contract-'));
  const socketPath = join(stateDirectory, 'hub.sock');
  const paths = {
    stateDirectory,
    socketPath,
    fallbackSocketPath: socketPath,
    logPath: join(stateDirectory, 'hub.log'),
  };
  const fleet = new FakeFleet();
  const workerUrl = new URL('../src/log/log-worker.ts', import.meta.url);
  const log = await openEventLog({ directory: stateDirectory, workerUrl });
  const logger = openLogFile({ path: paths.logPath });
  const server = await HubServer.listen({ fleet, log, paths, version: '1.0.0', logger, onStop: () => {} });
  const hub = await connectHub({ paths, autoStart: null, version: '1.0.0' });
  const dispose = async (): Promise<void> => {
    await hub[Symbol.asyncDispose]();
    await server[Symbol.asyncDispose]();
    await log[Symbol.asyncDispose]();
    logger[Symbol.dispose]();
    rmSync(stateDirectory, { recursive: true, force: true });
  };
  return { hub, fleet, [Symbol.asyncDispose]: dispose };
}

it('answers with the snapshot of a thousand agents that were given long tasks', async () => {
  await using socketHub = await createSocketHub();
  const { hub, fleet } = socketHub;
  const store = new FleetStore();
  for (let number = 0; number < 1_000; number += 1) {
    const agent = createAgentRecord({ id: `a-${number}`, task: `${number} ${'日本 '.repeat(1_500)}` });
    store.apply({ seq: number, at: 0, event: { type: 'agent.created', id: agent.id, agent } });
  }
  const agents = [...store.agents()].map(({ record }) => record);
  fleet.answer('fleet.snapshot', async () => ({ seq: 0, agents, runtimes: [] }));
  const snapshot = await hub.request('fleet.snapshot', {});
  expect(snapshot.agents).toHaveLength(1_000);
  expect(snapshot.agents[999]?.task).toMatch(/^999 日本 .*…$/);
});
