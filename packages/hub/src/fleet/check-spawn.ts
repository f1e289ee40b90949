import { type Provider, RuntimeError } from '@swarm-tui/core';
import { HubError } from '../protocol/hub-error.ts';
import { callMs } from './engine-call.ts';
import type { FleetRuntime } from './fleet-parts.ts';
import { isTimeout } from './is-timeout.ts';
import type { SpawnPlan } from './spawn-plan.ts';
import { withDeadline } from './with-deadline.ts';

/** Refuses what cannot be started anyway, before the fleet has an agent of it: no program, no directory, no such branch. */
export async function checkSpawn(
  { config, stored }: SpawnPlan,
  runtime: FleetRuntime,
  provider: Provider | undefined,
): Promise<void> {
  try {
    await withDeadline(callMs, async (signal) => runtime.checkSpawn?.(config, { signal }));
  } catch (error) {
    // Nobody can say that it is wrong: it is tried, and the agent tells what came of it.
    if (isTimeout(error)) return;
    throw stored.command === undefined ? withInstallHint(error, provider) : error;
  }
}

/** What the provider says of how to get its program. */
function withInstallHint(error: unknown, provider: Provider | undefined): unknown {
  const isMissing = error instanceof RuntimeError && error.code === 'command-not-found';
  if (!isMissing || provider === undefined || provider.installHint === '') return error;
  const { code: reason, message } = error;
  return new HubError('runtime-failed', `${message}.`, { reason, hint: provider.installHint, cause: error });
}
