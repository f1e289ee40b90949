import { RuntimeError } from '@swarm-tui/core';
import type { AgentRecord } from '../protocol/agent-record.ts';
import type { ParsedParams } from '../protocol/requests.ts';
import { describeState } from '../protocol/describe-state.ts';
import { paneOf } from './agent-target.ts';
import type { FleetParts } from './fleet-parts.ts';
import { waitFor } from './wait-for.ts';

type WaitParams = ParsedParams<'agent.wait'>;
type WantedState = Extract<WaitParams['for'], { readonly state: string }>['state'];

/** Settles when the agent is as wanted, when it has ended and cannot be any more, or when the time is over. */
export async function waitForAgent(
  parts: FleetParts,
  params: WaitParams,
  signal: AbortSignal,
): Promise<{ matched: boolean; agent: AgentRecord }> {
  const { id, timeoutMs } = params;
  const before = parts.store.get(id).record;
  const matched =
    'state' in params.for
      ? await waitForState(parts, params.for.state, { id, timeoutMs, signal })
      : await waitForText(parts, params.for.text, { id, timeoutMs, signal });
  return { matched, agent: parts.store.find(id)?.record ?? before };
}

interface Waiting {
  readonly id: string;
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
}

async function waitForState({ store }: FleetParts, wanted: WantedState, waiting: Waiting): Promise<boolean> {
  const find = () => store.find(waiting.id)?.record;
  await waitFor(store, { ...waiting, isThere: () => isInState(find(), wanted) || hasEnded(find()) });
  return isInState(find(), wanted);
}

const overCodes: ReadonlySet<RuntimeError['code']> = new Set(['timed-out', 'pane-ended']);

async function waitForText(parts: FleetParts, text: string, { id, timeoutMs, signal }: Waiting): Promise<boolean> {
  const { store, runtimes, now } = parts;
  const deadline = now() + timeoutMs;
  const isPlaced = () => store.find(id)?.record.handle !== null;
  if (!(await waitFor(store, { id, timeoutMs, signal, isThere: () => isPlaced() || hasEnded(store.find(id)?.record) })))
    return false;
  const state = store.find(id);
  if (state === undefined || state.record.handle === null || state.record.lifecycle === 'lost') return false;
  const ended = new AbortController();
  const stop = store.subscribe((change) => {
    if (change.id === id && hasEnded(change.after?.record)) ended.abort();
  });
  const { tmux, target } = paneOf(state, runtimes);
  // What is on the screen of an ended agent counts, but nothing will be added to it.
  const patienceMs = hasEnded(state.record) ? 500 : Math.max(1, deadline - now());
  try {
    await tmux.waitFor(target, text, { timeoutMs: patienceMs, signal: AbortSignal.any([signal, ended.signal]) });
    return true;
  } catch (error) {
    signal.throwIfAborted();
    const isOver = ended.signal.aborted || (error instanceof RuntimeError && overCodes.has(error.code));
    if (!isOver) throw error;
    return ended.signal.aborted ? isOnScreen(parts, id, text) : false;
  } finally {
    stop();
  }
}

/** An agent may say its last word and end before anybody looks. */
async function isOnScreen({ store, runtimes }: FleetParts, id: string, text: string): Promise<boolean> {
  const state = store.find(id);
  if (state === undefined || state.record.handle === null || state.record.lifecycle === 'lost') return false;
  const { tmux, target } = paneOf(state, runtimes);
  const { lines } = await tmux.capture(target, { start: -200, joinWrapped: true, signal: AbortSignal.timeout(5_000) });
  return lines.join('\n').includes(text);
}

function isInState(record: AgentRecord | undefined, wanted: WantedState): boolean {
  if (wanted === 'stopped') return hasEnded(record);
  if (wanted === 'error') return record !== undefined && describeState(record).word === 'error';
  return record?.lifecycle === 'running' && record.activity.state === wanted;
}

function hasEnded(record: AgentRecord | undefined): boolean {
  return record === undefined || record.lifecycle === 'stopped' || record.lifecycle === 'lost';
}
