import { expect, it, vi } from 'vitest';
import { useLocalWorld } from './local-world.ts';

const count = 12;

// tmux 3.3a dies, at address 0, where all panes of a window close in one moment while a control client is attached
it("keeps tmux when a person split agents' windows and all their panes end in one moment", async () => {
  const { runtime, config, tmux } = await useLocalWorld();
  const ids = Array.from({ length: count }, (_, index) => `probe-${index}`);
  for (const agentId of ids) await runtime.spawnAgent(config({ agentId }));
  for (const agentId of ids) tmux('split-window', '-d', '-t', `=${agentId}:`, 'sleep', '1000');
  const server = tmux('display-message', '-p', '#{pid}');
  const panes = tmux('list-panes', '-a', '-f', '#{==:#{window_panes},2}', '-F', '#{pane_pid}').trim().split('\n');
  const pids = [...new Set(panes.map(Number))];
  expect(pids).toHaveLength(2 * count);
  for (const pid of pids) process.kill(pid, 'SIGKILL');
  await vi.waitFor(
    async () => expect((await runtime.listAgents()).map(({ status }) => status)).toEqual(ids.map(() => 'failed')),
    { timeout: 20_000, interval: 50 },
  );
  expect(tmux('display-message', '-p', '#{pid}')).toBe(server);
});
