import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connectHub } from '../src/client/connect-hub.ts';
import { createEmbeddedHub } from '../src/embed/embedded-hub.ts';
import { openEventLog } from '../src/log/open-event-log.ts';
import { HubServer } from '../src/server/hub-server.ts';
import { openLogFile } from '../src/server/log-file.ts';
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
