import { createProviderRegistry, detectProviders } from '@swarm-tui/providers';
import type { AskOptions, FoundProvider } from '../app/machine-port.ts';
import { loadConfigLeniently } from '../config/lenient-config.ts';
import type { Environment } from './ui-environment.ts';

/** Where coding agents are looked for. */
export interface FindAgentsOptions extends AskOptions {
  readonly env: Environment;
  /** The config file that was named on the command line. */
  readonly configFile?: string | undefined;
}

/** Which coding agents are on PATH, those of the config file included. Reads files, starts nothing. */
export async function findAgents({ env, configFile, signal }: FindAgentsOptions): Promise<readonly FoundProvider[]> {
  const registry = createProviderRegistry({ custom: loadConfigLeniently({ env, file: configFile }).providers });
  const presences = await detectProviders({ providers: registry.list(), path: env['PATH'] ?? '', signal });
  return presences.map(({ provider, path }) => {
    const { canResume, canContinue } = registry.find(provider) ?? {};
    return { id: provider, isInstalled: path !== null, version: null, canResume, canContinue };
  });
}
