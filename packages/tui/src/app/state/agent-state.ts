import { type AgentRecord, type DescribedState, describeState, type StateSection } from '@swarm-tui/hub/client';
import type { GlyphName } from '../theme/glyphs.ts';
import type { Token } from '../theme/tokens.ts';

/** The four sections of the list; the hub's `describeState` says which one an agent belongs to. */
export type SectionId = StateSection;
/** The sections top to bottom. */
export const sectionIds: readonly SectionId[] = ['needs-you', 'done', 'working', 'quiet'];

/** An agent's state as one row shows it: a word first, then a glyph, then a colour. */
export interface ShownState {
  readonly word: string;
  readonly glyph: GlyphName;
  /** Colour of the glyph. */
  readonly token: Token;
  readonly section: SectionId;
}

type StateLook = Omit<ShownState, 'section'>;

function look(word: string, glyph: GlyphName, token: Token): StateLook {
  return { word, glyph, token };
}

function waitingLook({ reason }: DescribedState): StateLook {
  const word = reason === 'permission' ? 'approve' : reason === 'plan' ? 'plan' : 'answer';
  return look(word, 'needs-you', 'attention');
}

const errorWords: Readonly<Record<string, string>> = {
  auth: 'login',
  crash: 'crashed',
  'rate-limit': 'limit',
  'usage-limit': 'limit',
};

function errorLook({ reason, needsYou, heals }: DescribedState): StateLook {
  // A limit with a reset time heals by itself; without one only the person can go on.
  if (heals) return look('limit', 'held', 'dim');
  return look(errorWords[reason ?? ''] ?? 'error', 'error', needsYou ? 'danger' : 'dim');
}

const plainLooks: Readonly<Record<Exclude<DescribedState['word'], 'waiting' | 'error'>, StateLook>> = {
  done: look('done', 'done', 'done'),
  working: look('working', 'working', 'work'),
  starting: look('starting', 'starting', 'work'),
  queued: look('queued', 'queued', 'work'),
  provisioning: look('creating', 'starting', 'work'),
  idle: look('idle', 'idle', 'dim'),
  unknown: look('unknown', 'unknown', 'dim'),
  paused: look('paused', 'held', 'dim'),
  stopped: look('stopped', 'stopped', 'dim'),
  lost: look('lost', 'lost', 'dim'),
  unreachable: look('offline', 'lost', 'dim'),
};

function lookOf(described: DescribedState): StateLook {
  if (described.word === 'waiting') return waitingLook(described);
  return described.word === 'error' ? errorLook(described) : plainLooks[described.word];
}

/** What the state column shows for an agent, and which section it belongs to. */
export function shownState(agent: AgentRecord): ShownState {
  const described = describeState(agent);
  const shown = { ...lookOf(described), section: described.section };
  const isDoubted = agent.lifecycle === 'running' && agent.activity.conflict;
  return isDoubted ? { ...shown, word: `${shown.word.slice(0, 7)}?` } : shown;
}

/** The state in the words of the protocol, for details and explanations: `waiting, permission`. */
export function stateText(agent: AgentRecord): string {
  const { word, reason } = describeState(agent);
  return reason === null ? word : `${word}, ${reason}`;
}

function clock(at: number): string {
  const time = new Date(at);
  return `${String(time.getHours()).padStart(2, '0')}:${String(time.getMinutes()).padStart(2, '0')}`;
}

function exitText({ exit, lifecycleReason }: AgentRecord): string {
  if (lifecycleReason !== null) return lifecycleReason;
  if (exit === null) return 'stopped';
  if (exit.signal !== null) return `ended by ${exit.signal}`;
  return exit.code === null || exit.code === 0 ? 'ended' : `exit ${exit.code}`;
}

/** How it ended, its last words, and what helps. */
function crashText({ activity, text }: AgentRecord): string {
  const words = [activity.detail ?? 'it ended', text].filter((part) => part !== '');
  return `${words.join(', ')}; R restarts it`;
}

function stoppedText(agent: AgentRecord): string {
  const { reason } = describeState(agent);
  if (reason === 'crash') return crashText(agent);
  if (reason === 'start') return `did not start: ${agent.lifecycleReason ?? 'no reason given'}`;
  return agent.unread ? (agent.lifecycleReason ?? agent.text) : exitText(agent);
}

/** What the text column says: the real question or failure first, else the last line of output. Not yet sanitised. */
export function shownText(agent: AgentRecord): string {
  const { activity, lifecycle, lifecycleReason, text } = agent;
  if (lifecycle === 'stopped') return stoppedText(agent);
  if (lifecycle !== 'running') return lifecycleReason ?? text;
  if (activity.state === 'error' && activity.resetsAt !== null) {
    return activity.detail ?? `usage limit; goes on by itself at ${clock(activity.resetsAt)}`;
  }
  if (activity.state === 'waiting' || activity.state === 'error') return activity.detail ?? text;
  return text;
}
