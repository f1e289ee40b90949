import { EvidenceSource } from './activity.ts';
import type { Evidence } from './activity.ts';
import type { ActivityInputs } from './activity-inputs.ts';

/** One source's word with what it weighs. */
export interface Weighed {
  readonly evidence: Evidence;
  /** 1 is the strongest (design, section 3, order of trust). */
  readonly trust: number;
  readonly isUsable: boolean;
  /** Two of these that contradict each other make a conflict. */
  readonly isStrong: boolean;
  /** Made from the mere fact that bytes came or that the process is alive. */
  readonly isAssumed: boolean;
  /** Goes on the sentence "Because SOURCE (SAYS) …". */
  readonly why: string;
}

interface Weighing {
  /** Most trusted first, at most one of each source. */
  readonly weighed: readonly Weighed[];
  /** When time alone takes a source's weight away. */
  readonly expiresAt: number | null;
}

/** Output counts as work this long. */
const outputMs = 1_500;
/** An agent of which nothing is known yet is `starting` this long. */
const startingMs = 5_000;
// A hook runs just before the screen shows what it told of.
const hookLeadMs = 500;
// The screen is read after output pauses; older than this against its last change, the reading is of another screen.
const screenLagMs = 1_500;
// What an agent prints this soon after a key is taken for the key's echo.
const echoMs = 500;

const tiers: Readonly<Record<EvidenceSource, number>> = {
  protocol: 1,
  hook: 2,
  signal: 4,
  title: 5,
  screen: 6,
  output: 7,
  process: 8,
};
const confirmedHookTier = 3;
// A program known to be at rest is a fact; bytes beside it are a prompt being drawn or a key's echo.
const restingTier = 6.5;

function compare(one: Evidence, other: Evidence): number {
  // Total, so that the order in which evidence is handed over never matters.
  const keys = (item: Evidence) =>
    [item.state, item.reason ?? '', item.detail ?? '', item.says, String(item.resetsAt ?? '')].join('\0');
  if (one.at !== other.at) return other.at - one.at;
  return keys(one) < keys(other) ? -1 : 1;
}

function latestOf(source: EvidenceSource, { evidence, startedAt }: ActivityInputs): Evidence | undefined {
  const said = evidence.filter((item) => item.source === source).toSorted(compare);
  return said.find((item) => item.at >= startedAt) ?? said[0];
}

function weigh(evidence: Evidence, isUsable: boolean, more: Partial<Weighed> = {}): Weighed {
  const { source } = evidence;
  const isStrong = source === 'protocol' || source === 'hook' || source === 'signal' || source === 'title';
  return {
    evidence,
    trust: tiers[source],
    isUsable,
    isStrong,
    isAssumed: false,
    why: 'is the most trusted source that speaks',
    ...more,
  };
}

function weighHook(hook: Evidence, screen: Evidence | undefined, inputs: ActivityInputs): Weighed {
  if (hook.at + hookLeadMs >= inputs.screenChangedAt) {
    return weigh(hook, true, { why: 'is younger than the last screen change' });
  }
  const isConfirmed = screen?.state === hook.state && isScreenLive(screen, inputs);
  return weigh(hook, isConfirmed, { trust: confirmedHookTier, why: 'is confirmed by the screen' });
}

function isScreenLive(screen: Evidence, { screenChangedAt, startedAt }: ActivityInputs): boolean {
  return screen.at >= startedAt && screenChangedAt - screen.at <= screenLagMs;
}

function weighScreen(screen: Evidence, inputs: ActivityInputs): Weighed {
  // A screen that looks idle or busy may just be text; an open dialog is worth contradicting the agent's own word.
  return weigh(screen, isScreenLive(screen, inputs), {
    isStrong: screen.state === 'waiting',
    why: 'is what the live bottom region shows',
  });
}

/** Output younger than 1.5 s that is not the echo of a person's keys. */
function weighOutput(inputs: ActivityInputs, isStarting: boolean, nowMs: number): Weighed | null {
  const said = latestOf('output', inputs);
  const at = Math.max(inputs.outputAt, said?.at ?? 0);
  if (at < inputs.startedAt || at <= 0) return null;
  const isEcho = inputs.typedAt > 0 && Math.abs(at - inputs.typedAt) <= echoMs;
  const isFresh = at + outputMs > nowMs;
  const evidence: Evidence = {
    source: 'output',
    says: isFresh ? (isEcho ? 'echo of typed keys' : 'bytes in the last 1.5 s') : 'quiet',
    state: 'working',
    reason: null,
    detail: null,
    at,
  };
  return weigh(evidence, isFresh && !isEcho && !isStarting, { isAssumed: true, why: 'is the only sign of life' });
}

function weighForeground(inputs: ActivityInputs): Weighed | null {
  const said = latestOf('process', inputs);
  if (!said || said.state === 'unknown' || (said.at < inputs.startedAt && inputs.lifecycleAlive)) return null;
  const trust = said.state === 'idle' ? restingTier : tiers.process;
  return weigh(said, true, { trust, why: 'tells which program is in the foreground' });
}

function weighLife(inputs: ActivityInputs, isStarting: boolean): Weighed {
  const said = latestOf('process', inputs);
  const evidence: Evidence = {
    source: 'process',
    says: said?.says ?? 'alive',
    state: isStarting ? 'starting' : 'unknown',
    reason: null,
    detail: null,
    at: Math.max(inputs.startedAt, said?.at ?? 0),
  };
  const why = isStarting ? 'started just now' : 'is all that is known, which says nothing of what it does';
  return weigh(evidence, inputs.lifecycleAlive, { isAssumed: true, why });
}

function isStartingNow({ startedAt, previous, lifecycleAlive }: ActivityInputs, nowMs: number): boolean {
  const isFirst = !previous || previous.since < startedAt || previous.state === 'starting';
  return lifecycleAlive && isFirst && nowMs < startedAt + startingMs;
}

function weighOthers(inputs: ActivityInputs): readonly Weighed[] {
  const screen = latestOf('screen', inputs);
  const weighed: Weighed[] = [];
  for (const source of EvidenceSource.options) {
    const said = latestOf(source, inputs);
    if (!said || source === 'output' || source === 'process') continue;
    if (said.at < inputs.startedAt || !inputs.lifecycleAlive) weighed.push(weigh(said, false));
    else if (source === 'hook') weighed.push(weighHook(said, screen, inputs));
    else weighed.push(source === 'screen' ? weighScreen(said, inputs) : weigh(said, said.state !== 'unknown'));
  }
  return weighed;
}

/** Sorts out who may speak, and how much each is trusted. */
export function weighEvidence(inputs: ActivityInputs, nowMs: number): Weighing {
  const foreground = weighForeground(inputs);
  const told = [...weighOthers(inputs), ...(foreground ? [foreground] : [])];
  const isStarting = !told.some((item) => item.isUsable) && isStartingNow(inputs, nowMs);
  const output = inputs.lifecycleAlive ? weighOutput(inputs, isStarting, nowMs) : null;
  const weighed = [...told, ...(output ? [output] : []), ...(foreground ? [] : [weighLife(inputs, isStarting)])];
  const times: number[] = [];
  if (output?.isUsable) times.push(output.evidence.at + outputMs);
  if (isStarting) times.push(inputs.startedAt + startingMs);
  return {
    weighed: weighed.toSorted((one, other) => one.trust - other.trust),
    expiresAt: times.length === 0 ? null : Math.min(...times),
  };
}
