import { beforeEach, expect, it } from 'vitest';
import { AgentConfig } from '../agent/agent-config.ts';
import { AgentIndex } from './agent-index.ts';
import { encodeMetadata, toRememberedConfig } from './agent-metadata.ts';
import { type AgentRow, toAgentWindows, toTrackedAgent } from './tracked-agent.ts';

const runtime = { type: 'local', id: 'local', socketName: 's' };

function toMetadata(agentId: string) {
  const config = toRememberedConfig(AgentConfig.parse({ agentId, aiProvider: 'shell', workingDirectory: '/' }));
  return { version: 1, config, directory: '/', worktree: null, createdAt: 5, run: 'r', prompt: 'none' } as const;
}

const toRow = (pane: number, more: Partial<AgentRow> = {}): AgentRow => ({
  session_id: `$${pane}`,
  session_name: `agent-${pane}`,
  session_attached: '0',
  window_id: `@${pane}`,
  pane_id: `%${pane}`,
  pane_pid: '77',
  pane_dead: '0',
  pane_dead_status: '',
  pane_dead_signal: '',
  pane_dead_time: '',
  window_activity: '9',
  window_width: '160',
  window_height: '50',
  pane_title: '',
  '@swarm_stopping': '',
  ...more,
});

const texts = new Map([1, 2, 3].map((pane) => [`%${pane}`, encodeMetadata(toMetadata(`agent-${pane}`))]));
let index: AgentIndex;
const see = (rows: readonly AgentRow[], mark = index.mark()): readonly string[] =>
  index.replace(toAgentWindows(rows), texts, mark).map((event) => event.type);

beforeEach(() => {
  index = new AgentIndex(runtime);
});

it('tells what was added, what changed and what is gone', () => {
  expect(see([toRow(1), toRow(2)])).toEqual(['added', 'added']);
  expect(see([toRow(1), toRow(2)])).toEqual([]);
  expect(see([toRow(1, { pane_title: 'busy', session_attached: '2' })])).toEqual(['title', 'viewers', 'gone']);
});

it('tells an end once, by code or by signal, and a restart', () => {
  see([toRow(1)]);
  expect(see([toRow(1, { pane_dead: '1', pane_dead_status: '3', pane_dead_time: '8' })])).toEqual(['exited']);
  expect(index.find('agent-1')?.exit).toEqual({ code: 3, signal: null, at: 8000 });
  expect(see([toRow(1, { pane_dead: '1', pane_dead_status: '3', pane_dead_time: '8' })])).toEqual([]);
  expect(see([toRow(1, { pane_pid: '78' })])).toEqual(['restarted']);
  see([toRow(1, { pane_dead: '1', pane_dead_signal: '9' })]);
  expect(index.find('agent-1')?.exit).toEqual({ code: null, signal: 'SIGKILL', at: 9000 });
});

it('takes the own session before the hidden one, and knows an orphan by having only that', () => {
  const hidden = { session_name: '_swarm', session_id: '$0' };
  see([toRow(1, hidden), toRow(1), toRow(2, hidden)]);
  expect(index.find('agent-1')).toMatchObject({ sessionName: 'agent-1', isOrphan: false });
  expect(index.find('agent-2')).toMatchObject({ isOrphan: true });
});

it('takes a quick look: tells title and foreground program when they change, and the program of each new life', () => {
  const sight = (title: string, command: string, pane = '%1') =>
    index.see({ pane_id: pane, pane_title: title, pane_current_command: command, pane_dead: '0' });
  see([toRow(1)]);
  const foreground = { type: 'foreground', agentId: 'agent-1', command: 'sh' };
  expect(sight('busy', 'sh')).toEqual([{ type: 'title', agentId: 'agent-1', title: 'busy' }, foreground]);
  expect(sight('busy', 'sh')).toEqual([]);
  expect(sight('busy', '')).toEqual([]);
  expect(sight('busy', 'sh', '%8')).toEqual([]);
  expect(see([toRow(1, { pane_title: 'busy', pane_pid: '78' })])).toEqual(['restarted']);
  expect(sight('busy', 'sh')).toEqual([foreground]);
  see([toRow(1, { pane_title: 'busy', pane_dead: '1', pane_dead_status: '0' })]);
  expect(sight('busy', 'make')).toEqual([]);
});

it('is not undone by a look that began before our own change', () => {
  see([toRow(1)]);
  const mark = index.mark();
  index.put(
    toTrackedAgent(toMetadata('agent-2'), { row: toRow(2), isOrphan: false, isHeard: true, isStatusLost: false }),
  );
  index.remove('agent-1');
  expect(see([toRow(1)], mark)).toEqual([]);
  expect(index.all().map(({ paneId }) => paneId)).toEqual(['%2']);
  expect(see([toRow(2), toRow(3)])).toEqual(['added']);
});

it('leaves out windows that are not ours', () => {
  expect(see([toRow(9)])).toEqual([]);
});
