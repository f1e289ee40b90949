import { createProviderRegistry, detectProviders } from '@swarm-tui/providers';
import type { AskOptions, FoundProvider } from '../app/machine-port.ts';
import { ConfigError } from '../config/config-error.ts';
import { loadConfig } from '../config/load-config.ts';
import type { Config } from '../config/config-schema.ts';
import type { Environment } from './ui-environment.ts';

export interface FindAgentsOptions extends AskOptions {
  readonly env: Environment;
  /** The config file that was named on the command line. */
  readonly configFile?: string | undefined;
}

/** Which coding agents are on PATH, those of the config file included. Reads files, starts nothing. */
export async function findAgents({ env, configFile, signal }: FindAgentsOptions): Promise<readonly FoundProvider[]> {
  const registry = createProviderRegistry({ custom: readCustom({ env, file: configFile }) });
  const presences = await detectProviders({ providers: registry.list(), path: env['PATH'] ?? '', signal });
  return presences.map(({ provider, path }) => ({ id: provider, isInstalled: path !== null, version: null }));
}

// What is wrong with the file was said at the start.
function readCustom(options: Parameters<typeof loadConfig>[0]): Config['providers'] {
  try {
    return loadConfig(options).providers;
  } catch (error) {
    if (error instanceof ConfigError) return {};
    throw error;
  }
}
