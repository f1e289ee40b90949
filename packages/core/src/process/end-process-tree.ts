import { setTimeout as delay } from 'node:timers/promises';
import { RuntimeError } from '../errors.ts';
import { createProcessTableReader, type ProcessEntry, type ReadProcessTable } from './process-table.ts';
import { collectTree, processKey } from './process-tree.ts';

/** Which processes are to end, and how long they may take after SIGTERM (milliseconds). */
export interface EndTreeRequest {
  readonly rootPid: number | null;
  /** `NAME=value` in the environment of every process of the tree, or null when there is none. */
  readonly marker: string | null;
  /** Time between SIGTERM and SIGKILL. */
  readonly graceMs: number;
  readonly signal?: AbortSignal | undefined;
}

/** What ending processes needs of the system; all has defaults. */
export interface ProcessEnderOptions {
  readonly readTable?: ReadProcessTable | undefined;
  readonly sendSignal?: ((pid: number, signal: NodeJS.Signals) => void) | undefined;
  /** @default this process */
  readonly self?: number | undefined;
}

/** Ends a whole tree of processes, politely first. Settles when all of them are gone. */
export type EndProcessTree = (request: EndTreeRequest) => Promise<void>;

const firstPauseMs = 10;
const longestPauseMs = 200;
const killRounds = 100;

/** Makes the function that ends trees. Several that run at once share their looks at the process table. */
export function createProcessEnder({
  readTable = createProcessTableReader(),
  sendSignal = signalProcess,
  self = process.pid,
}: ProcessEnderOptions = {}): EndProcessTree {
  return async ({ rootPid, marker, graceMs, signal }) => {
    const known = new Set<string>();
    const look = async (): Promise<readonly ProcessEntry[]> => {
      signal?.throwIfAborted();
      const table = await readTable();
      // nothing is ended for somebody who has given up
      signal?.throwIfAborted();
      const tree = collectTree(table, { rootPid: known.size === 0 ? rootPid : null, marker, known, self });
      for (const entry of tree) known.add(processKey(entry));
      return tree;
    };
    if (await endPolitely({ look, sendSignal, graceMs, signal })) return;
    await endForcibly({ look, sendSignal, graceMs, signal });
  };
}

interface Ending {
  readonly look: () => Promise<readonly ProcessEntry[]>;
  readonly sendSignal: (pid: number, signal: NodeJS.Signals) => void;
  readonly graceMs: number;
  readonly signal: AbortSignal | undefined;
}

async function endPolitely({ look, sendSignal, graceMs, signal }: Ending): Promise<boolean> {
  const deadline = performance.now() + graceMs;
  const asked = new Set<string>();
  for (let pauseMs = firstPauseMs; ; pauseMs = Math.min(pauseMs * 2, longestPauseMs)) {
    const tree = await look();
    if (tree.length === 0) return true;
    // a child made after the first round is asked too, and nobody is asked twice
    for (const entry of tree.filter((candidate) => !asked.has(processKey(candidate)))) {
      asked.add(processKey(entry));
      sendSignal(entry.pid, 'SIGTERM');
      // a stopped process takes SIGTERM only once it goes on
      sendSignal(entry.pid, 'SIGCONT');
    }
    const leftMs = deadline - performance.now();
    if (leftMs <= 0) return false;
    await delay(Math.min(pauseMs, leftMs), undefined, { signal });
  }
}

async function endForcibly({ look, sendSignal, signal }: Ending): Promise<void> {
  for (let round = 0; round < killRounds; round += 1) {
    const tree = await look();
    if (tree.length === 0) return;
    for (const entry of tree) sendSignal(entry.pid, 'SIGKILL');
    await delay(Math.min(firstPauseMs * (round + 1), longestPauseMs), undefined, { signal });
  }
  const left = (await look()).map(({ pid }) => pid);
  if (left.length === 0) return;
  throw new RuntimeError('timed-out', `Processes ${left.join(', ')} do not end, not even by SIGKILL`, {
    hint: 'They may hang in the kernel (a dead network mount?) or belong to another user; look with: ps -o pid,stat,wchan,args -p PID',
  });
}

function signalProcess(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch {
    // ended meanwhile, or not ours to signal: the next look tells
  }
}
