// The hub process of `hub-load.ts`: `node hub-load-server.ts <state directory> <tmux socket name>`.
import { LocalRuntime, RuntimeManager } from '@swarm-tui/core';
import { Fleet, resolveHubPaths, runHub } from '@swarm-tui/hub';
import { createProviderRegistry } from '@swarm-tui/providers';

const [stateDirectory = '', socketName = ''] = process.argv.slice(2);
const providers = createProviderRegistry();
const runtimes = new RuntimeManager();
runtimes.register('local', new LocalRuntime({ socketName, configDirectory: stateDirectory }));

process.exitCode = await runHub({
  paths: resolveHubPaths(process.env),
  version: '0.0.0',
  openFleet: ({ log, logger }) => Fleet.open({ runtimes, providers, log, logger }),
});
await runtimes[Symbol.asyncDispose]();
