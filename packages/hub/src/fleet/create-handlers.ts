import { RuntimeError } from '@swarm-tui/core';
import type { Detector } from '../detect/detector.ts';
import type { Delivery } from '../delivery/delivery.ts';
import type { GitWatch } from '../git/git-watch.ts';
import type { EventLog } from '../log/event-log.ts';
import type { AgentRecord, Explanation } from '../protocol/agent-record.ts';
import type { FleetSnapshot } from '../protocol/fleet-delta.ts';
import type { Loss, ParsedParams } from '../protocol/requests.ts';
import type { ScreenFrame } from '../protocol/screen-frame.ts';
import { keepNewest } from '../screen/keep-newest.ts';
import { toScreenFrame } from '../screen/screen-feed.ts';
import type { FleetHandlers } from '../server/dispatch.ts';
import { keepFirst } from './keep-first.ts';
import { paneOf, sessionOf } from './agent-target.ts';
import type { FleetParts } from './fleet-parts.ts';
import type { LifecycleCommands } from './lifecycle-commands.ts';
import type { Remover } from './remover.ts';
import type { Spawner } from './spawner.ts';
import { waitForAgent } from './wait-for-agent.ts';

/** An answer of more than 16 MiB would be refused on the way. */
const maxAnswerBytes = 8 * 1024 * 1024;

/** What the requests are answered with. */
export interface HandlerParts extends FleetParts {
  readonly log: Pick<EventLog, 'read' | 'lastSeq'>;
  readonly spawner: Spawner;
  readonly lifecycle: LifecycleCommands;
  readonly remover: Remover;
  readonly delivery: Delivery;
  readonly detector: Detector;
  readonly git: GitWatch;
  readonly readLoss: (id: string, signal?: AbortSignal) => Promise<Loss>;
  readonly snapshot: () => FleetSnapshot;
}

/** One function for each request that the fleet answers. */
export function createHandlers(parts: HandlerParts): FleetHandlers {
  const { store, journal, spawner, lifecycle, remover, delivery, git } = parts;
  return {
    'fleet.snapshot': async () => parts.snapshot(),
    'fleet.events': async ({ since, limit }) => ({
      events: [...keepFirst(await parts.log.read(since, limit), maxAnswerBytes)],
      lastSeq: parts.log.lastSeq,
    }),
    'runtime.ping': (params, { signal }) => pingRuntime(parts, params, signal),
    'agent.spawn': (params) => spawner.spawn(params),
    'agent.stop': (params, { signal }) => lifecycle.stop(params, signal),
    'agent.restart': (params, { signal }) => lifecycle.restart(params, signal),
    'agent.rename': (params) => lifecycle.rename(params),
    'agent.reorder': async ({ id, order }) => {
      store.get(id);
      await journal.append({ type: 'agent.reordered', id, order });
      return {};
    },
    'agent.loss': ({ id }, { signal }) => parts.readLoss(id, signal),
    'agent.remove': (params, { signal }) => remover.schedule(params, signal),
    'agent.undo-remove': (params) => remover.undo(params),
    'agent.send': (params, { signal }) => delivery.send(params, signal),
    'agent.queue': async ({ id }) => ({ messages: [...delivery.queue(id)] }),
    'agent.queue-edit': async (params) => {
      await delivery.edit(params);
      return {};
    },
    'agent.keys': (params, { signal }) => pressKeys(parts, params.id, params.keys, signal),
    'agent.interrupt': (params, { signal }) => interrupt(parts, params.id, signal),
    'agent.capture': (params, { signal }) => capture(parts, params, signal),
    'agent.explain': async ({ id }) => explain(parts, id),
    'agent.seen': async ({ id }) => {
      if (store.get(id).record.unread) await journal.append({ type: 'agent.seen', id });
      return {};
    },
    'agent.refresh-git': async ({ id }) => {
      git.refresh(id);
      return {};
    },
    'agent.wait': (params, { signal }) => waitForAgent(parts, params, signal),
    'agent.switch-viewer': (params, { signal }) => switchViewer(parts, params, signal),
  };
}

async function pingRuntime(
  parts: HandlerParts,
  { runtimeId }: ParsedParams<'runtime.ping'>,
  signal: AbortSignal,
): Promise<{ ms: number }> {
  const runtime = parts.runtimes.getRuntime(runtimeId);
  const startedAt = performance.now();
  try {
    await runtime.ping({ signal });
  } catch (error) {
    if (!signal.aborted) parts.suspect(runtimeId);
    throw error;
  }
  return { ms: performance.now() - startedAt };
}

async function pressKeys(
  parts: HandlerParts,
  id: string,
  keys: readonly string[],
  signal: AbortSignal,
): Promise<Record<string, never>> {
  const { tmux, target } = paneOf(parts.store.get(id), parts.runtimes);
  parts.detector.typed(id);
  // Before the keys: a message that is about to be typed must find them.
  parts.delivery.keysPressed(id, keys);
  await tmux.pressKeys(target, keys, { signal });
  return {};
}

async function interrupt(parts: HandlerParts, id: string, signal: AbortSignal): Promise<Record<string, never>> {
  const { record } = parts.store.get(id);
  const keys = parts.providers.find(record.provider)?.interruptKeys ?? ['C-c'];
  await pressKeys(parts, id, keys, signal);
  // It changes nothing that is kept: a full disk must not keep anybody from it.
  await parts.journal.append({ type: 'agent.interrupted', id }).catch((error: unknown) => {
    parts.logger.warn({ event: 'fleet.not-logged', agentId: id, reason: String(error) });
  });
  return {};
}

async function capture(
  parts: HandlerParts,
  params: ParsedParams<'agent.capture'>,
  signal: AbortSignal,
): Promise<ScreenFrame> {
  const { id, history, colours } = params;
  const { tmux, target } = paneOf(parts.store.get(id), parts.runtimes);
  const start = history === 0 ? undefined : -history;
  const frame = toScreenFrame(id, await tmux.capture(target, { start, colours, signal }));
  return { ...frame, lines: [...keepNewest(frame.lines, maxAnswerBytes)] };
}

function stateSentence({ lifecycle, lifecycleReason, activity }: AgentRecord): string {
  const what = activity.reason === 'start' && lifecycle === 'stopped' ? 'could not be started' : `is ${lifecycle}`;
  const why = lifecycleReason === null ? '' : `: ${lifecycleReason.replace(/\.+$/u, '')}`;
  return `Because it ${what}${why}.`;
}

function explain({ store, detector }: HandlerParts, id: string): Explanation {
  const { record, history } = store.get(id);
  const { name, lifecycle, activity } = record;
  const verdict = lifecycle === 'running' ? detector.find(id)?.verdict : null;
  const because = verdict?.because ?? stateSentence(record);
  return { id, name, lifecycle, activity, because, evidence: [...(verdict?.evidence ?? [])], history: [...history] };
}

async function switchViewer(
  parts: HandlerParts,
  { id, clientTty }: ParsedParams<'agent.switch-viewer'>,
  signal: AbortSignal,
): Promise<{ switched: boolean }> {
  const { tmux, handle } = paneOf(parts.store.get(id), parts.runtimes);
  try {
    await tmux.switchClient(clientTty, sessionOf(handle), { signal });
    return { switched: true };
  } catch (error) {
    // The client is on another tmux server: its pane has to be started anew.
    if (error instanceof RuntimeError && error.code === 'target-not-found') return { switched: false };
    throw error;
  }
}
