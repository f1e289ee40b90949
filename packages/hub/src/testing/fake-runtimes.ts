import { RuntimeError } from '@swarm-tui/core';
import type { FleetRuntime, FleetRuntimes } from '../fleet/fleet-parts.ts';

/** The given runtimes under their names. */
export function fakeRuntimes(runtimes: Readonly<Record<string, FleetRuntime>>): FleetRuntimes {
  return {
    listRuntimes: () => Object.keys(runtimes),
    getRuntime: (id) => {
      const runtime = runtimes[id];
      if (runtime === undefined) throw new RuntimeError('runtime-not-found', `There is no runtime "${id}"`);
      return runtime;
    },
  };
}
