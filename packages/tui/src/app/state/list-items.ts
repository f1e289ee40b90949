import type { AgentRecord } from '@swarm-tui/hub/client';
import { type SectionId, sectionIds, shownState } from './agent-state.ts';
import type { FleetState } from './fleet-state.ts';

/** How the list is cut into sections. `attention` is the default. */
export type GroupMode = 'attention' | 'project' | 'host';

/** A heading or an agent of the list. */
export type ListItem =
  | {
      readonly kind: 'heading';
      readonly key: string;
      readonly title: string;
      /** The section it stands above, whose agents `FleetState.counts` counts; null for a group by project or host. */
      readonly section: SectionId | null;
      /** Agents of a group; of a section those that stand in it, also while they are held there. */
      readonly count: number;
      /** Members shown by the filter; equals `count` without one. */
      readonly shown: number;
      readonly isFolded: boolean;
      /** Agents per section, for groups by project or host; null for the sections themselves. */
      readonly counts: Readonly<Record<SectionId, number>> | null;
    }
  /** The line of the dock below those that need the person. */
  | { readonly kind: 'rule'; readonly key: string }
  | { readonly kind: 'agent'; readonly key: string; readonly section: SectionId };

/** What the list shows of the fleet, in order, folded sections closed. */
export interface ListContent {
  readonly items: readonly ListItem[];
  /** Place of each agent in `items`. */
  readonly indexOf: ReadonlyMap<string, number>;
  /** Agents that pass the filter, also those in folded sections. */
  readonly matching: number;
  /** Different hosts among them. */
  readonly hosts: number;
}

/** What the rows of the list are made of. */
export interface ContentRequest {
  readonly fleet: FleetState;
  readonly folds: ReadonlySet<string>;
  readonly group: GroupMode;
  /** Ids that pass the filter; null shows all. */
  readonly visible: ReadonlySet<string> | null;
  /** The phone shows no headings, the dock one line below those that need the person. */
  readonly headings: 'all' | 'rule' | 'none';
}

const sectionTitles: Readonly<Record<SectionId, string>> = {
  'needs-you': 'Needs you',
  done: 'Done, not seen',
  working: 'Working',
  quiet: 'Quiet',
};

interface Bucket {
  readonly key: string;
  readonly title: string;
  /** Of the first member: for groups by attention that of all. */
  readonly section: SectionId;
  readonly members: { readonly id: string; readonly section: SectionId }[];
  readonly counts: Record<SectionId, number>;
  total: number;
}

function lastPart(path: string): string {
  return path.split('/').filter(Boolean).at(-1) ?? path;
}

/** Name of the project an agent works in: the repository of a worktree, else its directory. */
export function projectOf(agent: AgentRecord): string {
  // `<repository>.worktrees/<branch>` is where core puts worktrees (core/src/worktree).
  const match = /([^/]+)\.worktrees(?:\/|$)/u.exec(agent.directory);
  return match?.[1] ?? lastPart(agent.directory);
}

function bucketName(agent: AgentRecord, section: SectionId, group: GroupMode): { key: string; title: string } {
  if (group === 'attention') return { key: section, title: sectionTitles[section] };
  const title = group === 'host' ? agent.host : projectOf(agent);
  return { key: `${group}:${title}`, title };
}

function fillBuckets({ fleet, group, visible }: ContentRequest): {
  buckets: Bucket[];
  matching: number;
  hosts: number;
} {
  const buckets = new Map<string, Bucket>();
  const hosts = new Set<string>();
  let matching = 0;
  for (const section of sectionIds) {
    for (const id of fleet.sections[section]) {
      const agent = fleet.agents.get(id);
      if (agent === undefined) continue;
      const { key, title } = bucketName(agent, section, group);
      let bucket = buckets.get(key);
      if (bucket === undefined) {
        bucket = {
          key,
          title,
          section,
          members: [],
          counts: { 'needs-you': 0, done: 0, working: 0, quiet: 0 },
          total: 0,
        };
        buckets.set(key, bucket);
      }
      bucket.total += 1;
      // What it is, as in the header; a row that is held stands elsewhere for a while.
      bucket.counts[shownState(agent).section] += 1;
      if (visible !== null && !visible.has(id)) continue;
      matching += 1;
      hosts.add(agent.host);
      bucket.members.push({ id, section });
    }
  }
  return { buckets: [...buckets.values()], matching, hosts: hosts.size };
}

function lastWaiting({ fleet, visible, group }: ContentRequest): string | undefined {
  if (group !== 'attention') return undefined;
  const ids = fleet.sections['needs-you'];
  return visible === null ? ids.at(-1) : ids.findLast((id) => visible.has(id));
}

function headingOf({ key, title, section, members, counts, total }: Bucket, request: ContentRequest): ListItem {
  const about = request.group === 'attention' ? { section, counts: null } : { section: null, counts };
  const isFolded = request.folds.has(key);
  return { kind: 'heading', key, title, count: total, shown: members.length, isFolded, ...about };
}

// In the dock a line parts those that need the person from the rest.
function needsRule({ headings }: ContentRequest, last: ListItem | undefined, waiting: string | undefined): boolean {
  return headings === 'rule' && last !== undefined && last.key === waiting;
}

/** Flattens the sections to items; made anew only when sections, folds or filter changed. */
export function buildContent(request: ContentRequest): ListContent {
  const { buckets, matching, hosts } = fillBuckets(request);
  const items: ListItem[] = [];
  const indexOf = new Map<string, number>();
  const hasHeadings = request.headings === 'all';
  const waiting = lastWaiting(request);
  for (const bucket of buckets) {
    const { key, members } = bucket;
    if (request.group === 'attention' && members.length === 0) continue;
    if (needsRule(request, items.at(-1), waiting)) items.push({ kind: 'rule', key: 'rule' });
    if (hasHeadings) items.push(headingOf(bucket, request));
    if (hasHeadings && request.folds.has(key)) continue;
    for (const { id, section } of members) {
      indexOf.set(id, items.length);
      items.push({ kind: 'agent', key: id, section });
    }
  }
  return { items, indexOf, matching, hosts };
}
