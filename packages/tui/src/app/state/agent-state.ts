import { type AgentRecord, type DescribedState, describeState } from '@swarm-tui/hub/client';
import type { GlyphName } from '../theme/glyphs.ts';
import type { Token } from '../theme/tokens.ts';

/** The four sections of the list, top to bottom. */
export type SectionId = 'needs-you' | 'done' | 'working' | 'quiet';
export const sectionIds: readonly SectionId[] = ['needs-you', 'done', 'working', 'quiet'];

/** An agent's state as one row shows it: a word first, then a glyph, then a colour. */
export interface ShownState {
  readonly word: string;
  readonly glyph: GlyphName;
  /** Colour of the glyph. */
  readonly token: Token;
  readonly section: SectionId;
}

function state(word: string, glyph: GlyphName, token: Token, section: SectionId): ShownState {
  return { word, glyph, token, section };
}

const doneState = state('done', 'done', 'done', 'done');

function waitingWord(reason: string | null): string {
  if (reason === 'permission') return 'approve';
  return reason === 'plan' ? 'plan' : 'answer';
}

function errorState({ reason, needsYou, heals }: DescribedState): ShownState {
  // A limit with a reset time heals by itself; without one only the person can go on.
  if (heals) return state('limit', 'held', 'dim', 'quiet');
  const words: Readonly<Record<string, string>> = {
    auth: 'login',
    crash: 'crashed',
    'rate-limit': 'limit',
    'usage-limit': 'limit',
  };
  const word = words[reason ?? ''] ?? 'error';
  return needsYou ? state(word, 'error', 'danger', 'needs-you') : state(word, 'error', 'dim', 'quiet');
}

const plainStates: Readonly<Record<Exclude<DescribedState['word'], 'waiting' | 'error'>, ShownState>> = {
  done: doneState,
  working: state('working', 'working', 'work', 'working'),
  starting: state('starting', 'starting', 'work', 'working'),
  queued: state('queued', 'queued', 'work', 'working'),
  provisioning: state('creating', 'starting', 'work', 'working'),
  idle: state('idle', 'idle', 'dim', 'quiet'),
  unknown: state('unknown', 'unknown', 'dim', 'quiet'),
  paused: state('paused', 'held', 'dim', 'quiet'),
  stopped: state('stopped', 'stopped', 'dim', 'quiet'),
  lost: state('lost', 'lost', 'dim', 'quiet'),
  unreachable: state('offline', 'lost', 'dim', 'quiet'),
};

function stateOf(agent: AgentRecord): ShownState {
  const described = describeState(agent);
  const { word, reason } = described;
  if (word === 'waiting') return state(waitingWord(reason), 'needs-you', 'attention', 'needs-you');
  if (word === 'error') return errorState(described);
  return word === 'stopped' && agent.unread ? doneState : plainStates[word];
}

/** What the state column shows for an agent, and which section it belongs to. */
export function shownState(agent: AgentRecord): ShownState {
  const shown = stateOf(agent);
  const isDoubted = agent.lifecycle === 'running' && agent.activity.conflict;
  return isDoubted ? { ...shown, word: `${shown.word.slice(0, 7)}?` } : shown;
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
  if (describeState(agent).reason === 'crash') return crashText(agent);
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
