import type { ProcessEntry, ProcessTable } from './process-table.ts';

/** Which processes belong to one agent. */
export interface TreeQuery {
  /** The agent's first process; null when it has ended. */
  readonly rootPid: number | null;
  /** `NAME=value` that only this agent's processes were started with: finds those that left the tree (setsid, daemons). */
  readonly marker: string | null;
  /** Processes known from an earlier look, which may have lost their parents since. */
  readonly known?: ReadonlySet<string> | undefined;
  /** Never taken, nor anything above or below it: the process that asks. */
  readonly self: number;
}

/** Names one process for good, also when its pid is used again. */
export function processKey({ pid, startToken }: ProcessEntry): string {
  return `${pid}/${startToken}`;
}

/** All processes of the tree: descendants by parent, plus all that carry the marker, and their descendants. */
export function collectTree(table: ProcessTable, query: TreeQuery): readonly ProcessEntry[] {
  const children = Map.groupBy(table.entries, (entry) => entry.parentPid);
  const spared = findSpared(table, children, query.self);
  const taken = new Map<number, ProcessEntry>();
  const take = (entry: ProcessEntry): void => {
    if (taken.has(entry.pid) || spared.has(entry.pid) || entry.pid <= 1) return;
    taken.set(entry.pid, entry);
    for (const child of children.get(entry.pid) ?? []) take(child);
  };
  for (const entry of table.entries) if (isRoot(table, entry, query)) take(entry);
  return [...taken.values()];
}

function isRoot(table: ProcessTable, entry: ProcessEntry, { rootPid, marker, known }: TreeQuery): boolean {
  if (entry.pid === rootPid || known?.has(processKey(entry))) return true;
  return marker !== null && table.hasVariable(entry.pid, marker);
}

type Children = ReadonlyMap<number, readonly ProcessEntry[]>;

// a hub that an agent happened to start carries that agent's marker, and must survive it, with all it started itself
function findSpared(table: ProcessTable, children: Children, self: number): ReadonlySet<number> {
  const parents = new Map(table.entries.map(({ pid, parentPid }) => [pid, parentPid]));
  const spared = new Set<number>();
  for (let pid: number | undefined = self; pid !== undefined && !spared.has(pid); pid = parents.get(pid))
    spared.add(pid);
  const below = [...(children.get(self) ?? [])];
  for (let entry = below.pop(); entry; entry = below.pop()) {
    if (spared.has(entry.pid)) continue;
    spared.add(entry.pid);
    below.push(...(children.get(entry.pid) ?? []));
  }
  return spared;
}
