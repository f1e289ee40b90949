import type { AgentRecord } from '@swarm-tui/hub/client';
import { shownState, shownText } from '../state/agent-state.ts';
import type { AppState } from '../state/app-state.ts';
import { formatPlural } from '../theme/format.ts';
import { cleanName, cleanText } from './clean-text.ts';

const verbs: Readonly<Record<string, string>> = {
  approve: 'needs approval',
  answer: 'asks a question',
  plan: 'shows a plan',
  login: 'needs a login',
  limit: 'reached its limit',
  crashed: 'crashed',
  error: 'reports an error',
};

/** A row as one sentence: `payments-retry needs approval: rm -rf build`. */
export function agentSentence(agent: AgentRecord): string {
  const { word } = shownState(agent);
  const verb = verbs[word.replace('?', '')] ?? `is ${word}`;
  const text = cleanText(shownText(agent)).trim();
  return `${cleanName(agent.name)} ${verb}${text === '' ? '' : `: ${text}`}`;
}

/** The header as one sentence. */
export function fleetSentence({ fleet, connection, hasSnapshot }: AppState): string {
  if (connection.state === 'lost') {
    return connection.isStopped === true ? 'The hub was stopped' : 'The hub is lost; it is dialled again by itself';
  }
  if (!hasSnapshot) return 'Asking the hub';
  const { counts } = fleet;
  const waiting = `${formatPlural(counts['needs-you'], 'agent')} ${counts['needs-you'] === 1 ? 'needs' : 'need'} you`;
  return `${waiting}, ${counts.done} done, ${counts.working} working, ${counts.quiet} quiet`;
}
