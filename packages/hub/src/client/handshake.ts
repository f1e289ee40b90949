import type { IpcClient } from '@swarm-tui/ipc/client';
import * as z from 'zod';
import { HubError } from '../protocol/hub-error.ts';
import { HUB_PROTOCOL } from '../protocol/requests.ts';

/** The part of `hub.status` that every version of the hub answers. */
export const HubHello = z.looseObject({ version: z.string(), protocol: z.number().int(), pid: z.number().int() });
export type HubHello = z.infer<typeof HubHello>;

/** Asks the hub what it is. */
export async function greet(client: Pick<IpcClient, 'request'>): Promise<HubHello> {
  return HubHello.parse(await client.request('hub.status'));
}

/**
 * What a client does with the hub it found: talk to it, replace it (it is older), or leave it alone (it is newer and
 * speaks another protocol). A newer hub is never replaced.
 */
export function judgeHub(
  hub: Pick<HubHello, 'version' | 'protocol'>,
  own: { readonly version: string; readonly protocol: number },
): 'use' | 'replace' | 'too-new' {
  if (hub.protocol > own.protocol) return 'too-new';
  if (hub.protocol < own.protocol) return 'replace';
  return compareVersions(hub.version, own.version) < 0 ? 'replace' : 'use';
}

/** Below zero when `a` is the older one. By semver.org section 11; what cannot be read counts as 0.0.0. */
export function compareVersions(a: string, b: string): number {
  const [left, right] = [parseVersion(a), parseVersion(b)];
  const core = left.core.map((part, index) => part - (right.core[index] ?? 0)).find((difference) => difference !== 0);
  if (core !== undefined) return core;
  return compareTags(left.tags, right.tags);
}

function parseVersion(version: string): { readonly core: readonly number[]; readonly tags: readonly string[] } {
  const match = /^v?(\d+)\.(\d+)\.(\d+)(?:-([^+]*))?/.exec(version);
  if (match === null) return { core: [0, 0, 0], tags: [] };
  return { core: match.slice(1, 4).map(Number), tags: match[4]?.split('.') ?? [] };
}

function compareTags(a: readonly string[], b: readonly string[]): number {
  // A release is newer than its own pre-releases.
  if (a.length === 0 || b.length === 0) return b.length - a.length;
  for (const [index, tag] of a.entries()) {
    const other = b[index];
    if (other === undefined) return 1;
    const difference = compareTag(tag, other);
    if (difference !== 0) return difference;
  }
  return a.length - b.length;
}

function compareTag(a: string, b: string): number {
  const [isNumber, isOtherNumber] = [/^\d+$/.test(a), /^\d+$/.test(b)];
  if (isNumber && isOtherNumber) return Number(a) - Number(b);
  if (isNumber !== isOtherNumber) return isNumber ? -1 : 1;
  return a < b ? -1 : Number(a > b);
}

/** Why a hub of another protocol is not talked to. */
export function cannotTalk({ version, protocol }: HubHello, own: string): HubError {
  if (protocol > HUB_PROTOCOL) {
    return new HubError('hub-too-new', `The hub that runs is newer (${version}) than this program (${own}).`, {
      hint: 'Update this program: `npm install -g swarm-tui@latest`. The hub and its agents go on.',
    });
  }
  return new HubError('hub-unreachable', `The hub that runs is older (${version}) than this program (${own}).`, {
    hint: 'Open `swarm-tui` once: it replaces the hub; agents go on.',
  });
}
