import type { AgentRecord } from '@swarm-tui/hub/client';
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

function errorState({ reason, resetsAt }: AgentRecord['activity']): ShownState {
  if (reason === 'rate-limit' || reason === 'usage-limit') {
    // A limit with a reset time heals by itself; without one only the person can go on.
    return resetsAt === null ? state('limit', 'error', 'danger', 'needs-you') : state('limit', 'held', 'dim', 'quiet');
  }
  const words: Readonly<Record<string, string>> = { auth: 'login', crash: 'crashed' };
  return state(words[reason ?? ''] ?? 'error', 'error', 'danger', 'needs-you');
}

function runningState({ activity, unread }: AgentRecord): ShownState {
  switch (activity.state) {
    case 'waiting':
      return state(waitingWord(activity.reason), 'needs-you', 'attention', 'needs-you');
    case 'error':
      return errorState(activity);
    case 'working':
      return state('working', 'working', 'work', 'working');
    case 'starting':
      return state('starting', 'starting', 'work', 'working');
    case 'idle':
      return unread ? doneState : state('idle', 'idle', 'dim', 'quiet');
    case 'unknown':
      return state('unknown', 'unknown', 'dim', 'quiet');
  }
}

function stoppedState(agent: AgentRecord): ShownState {
  const hasCrashed = agent.activity.state === 'error' && agent.activity.reason === 'crash';
  if (hasCrashed) return state('crashed', 'error', 'danger', 'needs-you');
  return agent.unread ? doneState : state('stopped', 'stopped', 'dim', 'quiet');
}

function lifecycleState(agent: AgentRecord): ShownState {
  switch (agent.lifecycle) {
    case 'running':
      return runningState(agent);
    case 'stopped':
      return stoppedState(agent);
    case 'queued':
      return state('queued', 'queued', 'work', 'working');
    case 'provisioning':
      return state('creating', 'starting', 'work', 'working');
    case 'paused':
      return state('paused', 'held', 'dim', 'quiet');
    case 'lost':
      return state('lost', 'lost', 'dim', 'quiet');
    case 'unreachable':
      return state('offline', 'lost', 'dim', 'quiet');
  }
}

/** What the state column shows for an agent, and which section it belongs to. */
export function shownState(agent: AgentRecord): ShownState {
  const shown = lifecycleState(agent);
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

/** What the text column says: the real question or failure first, else the last line of output. Not yet sanitised. */
export function shownText(agent: AgentRecord): string {
  const { activity, lifecycle, lifecycleReason, text } = agent;
  if (lifecycle === 'stopped' && !agent.unread) return exitText(agent);
  if (lifecycle !== 'running') return lifecycleReason ?? text;
  if (activity.state === 'error' && activity.resetsAt !== null) {
    return activity.detail ?? `usage limit; goes on by itself at ${clock(activity.resetsAt)}`;
  }
  if (activity.state === 'waiting' || activity.state === 'error') return activity.detail ?? text;
  return text;
}
