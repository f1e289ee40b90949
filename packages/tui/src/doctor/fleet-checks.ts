import { detectProviders, type ProviderRegistry } from '@swarm-tui/providers';
import type { HubConnection } from '@swarm-tui/hub/client';
import { formatBytes, formatPlural, formatSpan } from '../app/theme/format.ts';
import type { Check, Finding } from './finding.ts';

/** How the hub is reached, and what it is compared with. */
export interface HubCheckOptions {
  readonly version: string;
  readonly now: () => number;
  /** Connects without starting a hub; rejects when none answers. */
  readonly connect: (signal: AbortSignal) => Promise<HubConnection>;
  /** Connects, and replaces an older hub or starts one. */
  readonly restart: () => Promise<HubConnection>;
}

/** The hub, its runtimes, and how safely its agents run. */
export function checkHub(options: HubCheckOptions): Check {
  return async (signal) => {
    let hub: HubConnection;
    try {
      hub = await options.connect(signal);
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      return [{ level: 'note', topic: 'hub', text: `not running (${reason}); the first command starts it` }];
    }
    await using connected = hub;
    return [...(await lookAtHub(connected, options)), ...(await lookAtFleet(connected, signal))];
  };
}

async function lookAtHub(hub: HubConnection, { version, now, restart }: HubCheckOptions): Promise<readonly Finding[]> {
  const status = await hub.request('hub.status', {});
  const text = `${status.version}, up ${formatSpan(now() - status.startedAt)}, ${formatPlural(status.agents, 'agent')}, log ${formatBytes(status.logBytes)}`;
  const damage: readonly Finding[] =
    status.warning === null ? [] : [{ level: 'warn', topic: 'event log', text: status.warning }];
  if (status.version === version) return [{ level: 'ok', topic: 'hub', text }, ...damage];
  const fix = async (): Promise<string> => {
    await using renewed = await restart();
    return `hub is now ${(await renewed.request('hub.status', {})).version}; agents went on`;
  };
  const old = `${text}; this program is ${version}. Run: swarm-tui hub stop`;
  return [{ level: 'warn', topic: 'hub', text: old, fix }, ...damage];
}

async function lookAtFleet(hub: HubConnection, signal: AbortSignal): Promise<readonly Finding[]> {
  const { agents, runtimes } = await hub.request('fleet.snapshot', {}, { signal });
  const pings = runtimes.map(async ({ id, reason }): Promise<Finding> => {
    try {
      const { ms } = await hub.request('runtime.ping', { runtimeId: id }, { signal });
      return { level: 'ok', topic: id, text: `answers in ${ms.toFixed(1)} ms` };
    } catch (error) {
      return {
        level: 'warn',
        topic: id,
        text: `does not answer: ${reason ?? (error instanceof Error ? error.message : String(error))}`,
      };
    }
  });
  const uncontained = agents.filter(
    ({ runtimeType, lifecycle }) => runtimeType === 'local' && lifecycle === 'running',
  ).length;
  const safety: readonly Finding[] =
    uncontained === 0
      ? []
      : [
          {
            level: 'note',
            topic: 'safety',
            text: `${formatPlural(uncontained, 'local agent')} ${uncontained === 1 ? 'runs' : 'run'} uncontained, with all your rights`,
          },
        ];
  return [...(await Promise.all(pings)), ...safety];
}

/** Which agents can be run: installed ones, and those that are built in. None installed is worth a hint, not a warning each. */
export function checkProviders(registry: ProviderRegistry, path: string): Check {
  return async (signal) => {
    const presences = await detectProviders({ providers: registry.list(), path, signal });
    const found = presences.filter((presence) => presence.path !== null);
    const missing = presences.filter((presence) => presence.path === null).map(({ provider }) => provider);
    const present = found.map(
      ({ provider, path: where }): Finding => ({ level: 'ok', topic: provider, text: where ?? '' }),
    );
    const builtIn = registry
      .list()
      .filter(({ program }) => program === null)
      .map(({ id, title }): Finding => ({ level: 'ok', topic: id, text: `built in: ${title}` }));
    if (found.length === 0) {
      return [
        ...builtIn,
        { level: 'warn', topic: 'agents', text: `none of ${missing.join(', ')} is on PATH. Try: swarm-tui demo` },
      ];
    }
    return missing.length === 0
      ? [...present, ...builtIn]
      : [...present, ...builtIn, { level: 'note', topic: 'agents', text: `not installed: ${missing.join(', ')}` }];
  };
}
