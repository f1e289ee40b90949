import { type AgentRecord, describeState, type StateSection } from '@swarm-tui/hub/client';
import stringWidth from 'string-width';
import { formatSpan } from '../../app/theme/format.ts';
import { stateReason, stateWord } from './json.ts';
import { oneLine } from './safe-output.ts';

/** How the table of `ls` is drawn. */
export interface TableOptions {
  readonly now: number;
  /** Cut the last column to this width; null never cuts. */
  readonly columns: number | null;
  readonly hasColour: boolean;
}

const headings = ['STATE', 'WHY', 'SINCE', 'NAME', 'AGENT', 'WHERE', 'BRANCH', 'DIFF'] as const;
/** Cells that each may take on a terminal, so that the text keeps its place; elsewhere nothing is cut. */
const limits: readonly number[] = [12, 12, 5, 24, 10, 12, 24, 13];
const codes: Readonly<Record<string, string>> = { waiting: '1;33', error: '1;31', done: '32', working: '36' };

/** Those that need the person first (oldest first), then done, working, and the rest in creation order. */
export function sortAgents(agents: readonly AgentRecord[]): readonly AgentRecord[] {
  return agents
    .filter((agent) => agent.removeAt === null)
    .map((agent) => ({ agent, rank: rankOf(agent) }))
    .sort((a, b) => a.rank - b.rank || startOf(a.agent, a.rank) - startOf(b.agent, b.rank))
    .map(({ agent }) => agent);
}

const sections: readonly StateSection[] = ['needs-you', 'done', 'working', 'quiet'];

function rankOf(agent: AgentRecord): number {
  return sections.indexOf(describeState(agent).section);
}

function startOf(agent: AgentRecord, rank: number): number {
  return rank < 2 ? agent.activity.since : agent.createdAt;
}

/** The table of `swarm-tui ls` (screens.md 3.14): fields in front of the text hold no blanks. */
export function formatAgentTable(agents: readonly AgentRecord[], options: TableOptions): string {
  const rows = agents.map((agent) => ({ agent, fields: toFields(agent, options) }));
  const widths = headings.map((heading, index) =>
    Math.max(heading.length, ...rows.map(({ fields }) => stringWidth(fields[index] ?? ''))),
  );
  const heading = [...headings.map((text, index) => pad(text, widths[index] ?? 0)), 'TEXT'].join(' ');
  const lines = rows.map(({ agent, fields }) => formatRow(agent, fields, { ...options, widths }));
  return `${[options.hasColour ? `\u001b[2m${heading}\u001b[0m` : heading, ...lines].join('\n')}\n`;
}

function toFields(agent: AgentRecord, { now, columns }: TableOptions): readonly string[] {
  const diff = agent.git === null ? '-' : `+${agent.git.added}/-${agent.git.removed}`;
  const fields = [
    stateWord(agent),
    stateReason(agent) ?? '-',
    formatSpan(now - agent.activity.since),
    agent.name,
    agent.provider,
    agent.host,
    agent.git?.branch ?? '-',
    diff,
  ];
  const plain = fields.map((field) => oneLine(field).replace(/\s/gu, '_') || '-');
  return columns === null ? plain : plain.map((field, index) => cut(field, limits[index] ?? field.length));
}

function formatRow(
  agent: AgentRecord,
  fields: readonly string[],
  { columns, hasColour, widths }: TableOptions & { readonly widths: readonly number[] },
): string {
  const padded = fields.map((field, index) => pad(field, widths[index] ?? 0));
  const before = widths.reduce((sum, width) => sum + width + 1, 0);
  const text = oneLine(describeText(agent));
  const shown = columns === null ? text : cut(text, Math.max(0, columns - before));
  if (!hasColour) return `${padded.join(' ')} ${shown}`.trimEnd();
  const [state = '', why = '', since = '', name = '', ...rest] = padded;
  const code = codes[stateWord(agent)] ?? '2';
  return `\u001b[${code}m${state}\u001b[0m ${why} \u001b[2m${since}\u001b[0m \u001b[1m${name}\u001b[0m \u001b[2m${rest.join(' ')}\u001b[0m ${shown}`;
}

/** What is asked, when something is; else the last line of output. */
export function describeText(agent: AgentRecord): string {
  if (agent.lifecycle !== 'running') return agent.lifecycleReason ?? agent.text;
  return agent.activity.detail ?? agent.text;
}

function pad(text: string, width: number): string {
  return text + ' '.repeat(Math.max(0, width - stringWidth(text)));
}

/** Cuts between graphemes; `…` stands for what is left out. */
export function cut(text: string, columns: number): string {
  if (stringWidth(text) <= columns) return text;
  let result = '';
  let width = 1;
  for (const { segment } of new Intl.Segmenter().segment(text)) {
    width += stringWidth(segment);
    if (width > columns) break;
    result += segment;
  }
  return columns > 0 ? `${result}…` : '';
}
