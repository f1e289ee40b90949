import { setTimeout as delay } from 'node:timers/promises';
import { expect, it, onTestFinished } from 'vitest';
import { type LocalWorld, useLocalWorld } from './local-world.ts';

/** Stops the tmux server once it has been quiet; the answer lets it go on. */
async function stopServer({ tmux }: LocalWorld): Promise<() => void> {
  const pid = Number(tmux('display-message', '-p', '#{pid}'));
  await delay(3_000);
  process.kill(pid, 'SIGSTOP');
  const goOn = (): void => void process.kill(pid, 'SIGCONT');
  onTestFinished(goOn);
  return goOn;
}

const soon = () => ({ signal: AbortSignal.timeout(300) });

it('carries out nothing, later, that was given up while tmux stood still', async () => {
  const world = await useLocalWorld();
  const { runtime, config, tmux } = world;
  const handle = await runtime.spawnAgent(config());
  const [before] = await runtime.listAgents();
  const goOn = await stopServer(world);
  const asked = await Promise.allSettled([
    runtime.stopAgent(handle, soon()),
    runtime.killAgent({ ...handle, agentId: 'probe' }, { graceMs: 0, signal: AbortSignal.abort(new Error('gone')) }),
    runtime.restartAgent(handle, { command: ['sleep', '2000'] }, soon()),
    runtime.renameAgent(handle, 'late', soon()),
    runtime.spawnAgent(config({ agentId: 'late' }), soon()),
    runtime.getTmux(handle).sendText('probe', 'late', soon()),
    runtime.getTmux(handle).pressKeys('probe', ['C-c'], soon()),
    runtime.getTmux(handle).capture('probe', soon()),
  ]);
  expect(asked.map(({ status }) => status)).toEqual(asked.map(() => 'rejected'));
  goOn();
  // answered behind all that was written before
  const after = await runtime.listAgents();
  expect(after).toMatchObject([{ status: 'running', pid: before?.pid, config: before?.config }]);
  expect(tmux('show-options', '-wqv', '-t', '=probe:', '@swarm_stopping')).toBe('');
  expect(tmux('list-sessions', '-F', '#{session_name}')).toBe('_swarm\nprobe\n');
  expect(tmux('capture-pane', '-p', '-t', '=probe:').trim()).toBe('');
});
