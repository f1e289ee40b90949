import { execFileSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it, onTestFinished, vi } from 'vitest';
import type { HubClient } from '../src/client/hub-client.ts';
import type { HubPaths } from '../src/client/hub-paths.ts';
import type { AgentRecord } from '../src/protocol/agent-record.ts';
import { program } from './hub-command.ts';
import { connect, createWorld, kill, patience, pidOf } from './hub-world.ts';
import { seededRandom } from './seeded-random.ts';

/** A world whose hubs drive agents on a tmux server of its own. */
function createFleetWorld() {
  const paths = createWorld();
  const directory = join(dirname(paths.stateDirectory), 't');
  mkdirSync(directory);
  const env = { ...process.env, TMUX_TMPDIR: directory };
  const tmux = (...args: readonly string[]) =>
    execFileSync('tmux', ['-L', 'kills', ...args], { env, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
  onTestFinished(() => void tmux('kill-server'));
  return { paths, directory, tmux, command: program('./fleet-program.ts', JSON.stringify(paths), directory) };
}

const spawn = (hub: HubClient, name: string) =>
  hub.request('agent.spawn', {
    agentId: name,
    aiProvider: 'none',
    command: ['sleep', '1000'],
    workingDirectory: '/',
    name,
    wait: true,
  });

/** What was asked of an agent, and what may be seen of it when the answer did not come. */
interface Command {
  readonly ask: (hub: HubClient, id: string) => Promise<unknown>;
  readonly isDone: (agent: AgentRecord | undefined) => boolean;
}

const commands: readonly ((round: number) => Command)[] = [
  (round) => ({
    ask: (hub, id) => hub.request('agent.rename', { id, name: `name-${round}` }),
    isDone: (agent) => agent?.name === `name-${round}`,
  }),
  () => ({
    ask: (hub, id) => hub.request('agent.restart', { id }),
    isDone: (agent) => agent?.lifecycle === 'running',
  }),
  () => ({
    ask: async (hub, id) => {
      await hub.request('agent.remove', { id });
      await hub.request('agent.undo-remove', { id });
    },
    isDone: (agent) => agent?.removeAt === null,
  }),
  () => ({
    ask: (hub, id) => hub.request('agent.stop', { id, graceMs: 100 }),
    isDone: (agent) => agent?.lifecycle === 'stopped' && agent.lifecycleReason === 'stopped by you',
  }),
  () => ({
    ask: (hub, id) => hub.request('agent.remove', { id, undoMs: 0 }),
    isDone: (agent) => agent === undefined,
  }),
];

/** Agents as the hub tells them, once nothing is on its way any more. */
async function settled(paths: HubPaths, command: readonly string[]): Promise<readonly AgentRecord[]> {
  await using hub = await connect(paths, '1.0.0', { autoStart: { command } });
  return await vi.waitFor(async () => {
    const { agents } = await hub.request('fleet.snapshot', {});
    expect(agents.filter(({ lifecycle }) => lifecycle === 'provisioning' || lifecycle === 'unreachable')).toEqual([]);
    // What was acknowledged is done first, however long its engine is asked whether it is there.
    expect(agents.filter(({ removeAt }) => removeAt !== null)).toEqual([]);
    expect(agents.filter(({ lifecycleReason }) => lifecycleReason === 'stopping')).toEqual([]);
    return agents;
  }, patience);
}

it('agrees with tmux after it was killed at any moment of a command, and keeps what it acknowledged', async () => {
  const { paths, tmux, command } = createFleetWorld();
  const random = seededRandom();
  for (const [round, create] of [...commands, ...commands, ...commands].entries()) {
    const id = `a${round}`;
    const { ask, isDone } = create(round);
    const hub = await connect(paths, '1.0.0', { autoStart: { command } });
    await spawn(hub, id);
    const pid = await pidOf(hub);
    const asked = ask(hub, id).then(
      () => true,
      () => false,
    );
    await sleep(random() * 40);
    kill(pid, 'SIGKILL');
    const isAcknowledged = await asked;
    await hub[Symbol.asyncDispose]();
    const agents = await settled(paths, command);
    const isKept = !isAcknowledged || isDone(agents.find((agent) => agent.id === id));
    expect([round, isKept]).toEqual([round, true]);
    // Whatever was done or not: each row is what tmux has, under the same name, and tmux has nothing else.
    await vi.waitFor(() => {
      const panes = tmux('list-panes', '-a', '-F', '#{session_name} #{pane_dead}').trim().split('\n');
      const sessions = panes.filter((pane) => !pane.startsWith('_swarm')).toSorted();
      const rows = agents.filter(({ lifecycle }) => lifecycle !== 'lost');
      expect(sessions).toEqual(rows.map((row) => `${row.name} ${row.lifecycle === 'running' ? 0 : 1}`).toSorted());
    }, patience);
    expect(agents.filter(({ lifecycle }) => lifecycle === 'lost')).toEqual([]);
  }
}, 180_000);
