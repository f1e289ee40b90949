import { flushCompileCache } from 'node:module';
import { dirname } from 'node:path';
import { LocalRuntime, loadRuntime, RuntimeManager } from '@swarm-tui/core';
import { Fleet, resolveHubPaths, runHub } from '@swarm-tui/hub';
import { createProviderRegistry } from '@swarm-tui/providers';
import { ConfigError } from '../config/config-error.ts';
import { Config } from '../config/config-schema.ts';
import { configPath, loadConfig } from '../config/load-config.ts';
import { loadInTime } from './load-in-time.ts';
import { programFiles, readVersion } from './program-files.ts';
import type { Environment } from './ui-environment.ts';

const keepCodeAfterMs = 3000;

/** Is the background hub until it is told to end: local agents, and the runtimes and providers of the config file. */
export async function runHubProcess(env: Environment): Promise<number> {
  const paths = resolveHubPaths(env);
  const { config, problems } = readConfig(env);
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
  const directory = dirname(configPath(env));
  const loaded = await loadInTime(config.runtimes, (spec) => loadRuntime(spec, { directory }));
  for (const { id, runtime, problem } of loaded) {
    if (runtime === null) problems.push(`runtime ${id}: ${problem}`);
    else runtimes.register(id, runtime);
  }
  // Node keeps compiled code only when a process ends by itself, which a hub may not do for weeks
  setTimeout(() => flushCompileCache(), keepCodeAfterMs).unref();
  return await runHub({
    paths,
    version: readVersion(),
    logWorkerUrl: programFiles.logWorker,
    openFleet: ({ log, logger }) => {
      for (const problem of problems) logger.warn({ event: 'hub.config-ignored', problem });
      return Fleet.open({ runtimes, providers, log, logger, env });
    },
  });
}

/** A mistake in the file must not take the agents from sight: the UI and every command tell of it. */
function readConfig(env: Environment): { readonly config: Config; readonly problems: string[] } {
  try {
    return { config: loadConfig({ env }), problems: [] };
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return { config: Config.parse({}), problems: [error.message] };
  }
}
