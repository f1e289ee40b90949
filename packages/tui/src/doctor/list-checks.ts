import { type HubConnection, resolveHubPaths } from '@swarm-tui/hub/client';
import { createProviderRegistry } from '@swarm-tui/providers';
import { loadConfigLeniently } from '../config/lenient-config.ts';
import { checkBindings } from './check-bindings.ts';
import { checkKeys } from './check-keys.ts';
import type { Check } from './finding.ts';
import { checkHub, checkProviders } from './fleet-checks.ts';
import { checkConfig, checkGit, checkStateDirectory, checkTerminal, checkTmux } from './machine-checks.ts';

/** What the checks look at. */
export interface ListChecksOptions {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly configFile: string | undefined;
  readonly isTerminal: boolean;
  readonly version: string;
  readonly connect: (options: { readonly mayStart: boolean }) => Promise<HubConnection>;
}

/** Everything that `doctor` looks at, in the order it is shown. */
export function listChecks({ env, configFile, isTerminal, version, connect }: ListChecksOptions): readonly Check[] {
  const config = loadConfigLeniently({ env, file: configFile });
  return [
    checkTmux(),
    checkGit(),
    checkTerminal(env, isTerminal),
    checkKeys(env, config.leader, isTerminal),
    checkConfig({ env, file: configFile }),
    checkBindings({ env, file: configFile }),
    checkStateDirectory(resolveHubPaths(env)),
    checkHub({
      version,
      now: Date.now,
      connect: () => connect({ mayStart: false }),
      restart: () => connect({ mayStart: true }),
    }),
    checkProviders(createProviderRegistry({ custom: config.providers }), env['PATH'] ?? ''),
  ];
}
