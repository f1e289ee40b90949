import { dirname } from 'node:path';
import { LocalRuntime, loadRuntime, RuntimeManager } from '@swarm-tui/core';
import { Fleet, resolveHubPaths, runHub } from '@swarm-tui/hub';
import { createProviderRegistry } from '@swarm-tui/providers';
import { configPath, loadConfig } from '../config/load-config.ts';
import { programFiles, readVersion } from './program-files.ts';
import type { Environment } from './ui-environment.ts';

/** Is the background hub until it is told to end: local agents, and the runtimes and providers of the config file. */
export async function runHubProcess(env: Environment): Promise<number> {
  const paths = resolveHubPaths(env);
  const config = loadConfig({ env });
  const providers = createProviderRegistry({
    custom: config.providers,
    shell: env['SHELL'] || '/bin/sh',
    ...(programFiles.demo === undefined ? {} : { demoProgram: programFiles.demo }),
  });
  const local = new LocalRuntime({
    socketName: env['SWARM_TUI_TMUX_SOCKET'] || 'swarm-agents',
    configDirectory: paths.stateDirectory,
    providers: (id) => providers.find(id),
    env,
  });
  // its connections would keep a hub that was told to end alive
  await using runtimes = new RuntimeManager();
  runtimes.register(local.id, local);
  for (const [id, spec] of Object.entries(config.runtimes)) {
    runtimes.register(id, await loadRuntime(spec, { directory: dirname(configPath(env)) }));
  }
  return await runHub({
    paths,
    version: readVersion(),
    logWorkerUrl: programFiles.logWorker,
    openFleet: ({ log, logger }) => Fleet.open({ runtimes, providers, log, logger }),
  });
}
