import { describe, expect, it, vi } from 'vitest';
import { Terminal } from './harness/terminal.ts';
import { launcher, World } from './harness/world.ts';

const patient = { timeout: 20_000, interval: 100 };
const rounds = 30;
const gaps = [0, 5, 10, 20] as const;
const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

interface Setup {
  readonly name: string;
  /** Opens the UI in a terminal. */
  readonly open: (world: World) => Promise<Terminal>;
  /** tmux on the server that the list is on. */
  readonly tmux: (world: World, ...args: readonly string[]) => Promise<{ readonly stdout: string }>;
}

const ownServer: Setup = {
  name: 'on a server of its own',
  open: (world) => Terminal.open(world, { columns: 100, rows: 30 }),
  tmux: (world, ...args) => world.uiTmux(...args),
};

const insideTmux: Setup = {
  name: 'inside the tmux of the person',
  open: async (world) => {
    const terminal = await Terminal.open(world, {
      columns: 100,
      rows: 30,
      command: ['tmux', '-L', 'person', '-f', '/dev/null', 'new-session', '-s', 'work', 'exec bash --norc -i'],
    });
    await terminal.see('bash');
    await terminal.type(`${process.execPath} ${launcher}`);
    await terminal.press('Enter');
    return terminal;
  },
  tmux: (world, ...args) => world.run('tmux', ['-L', 'person', ...args]),
};

/** Keys one after the other, with a pause between them; without one they are a single write. */
async function typeQuickly(terminal: Terminal, keys: readonly string[], gapMs: number): Promise<void> {
  if (gapMs === 0) return terminal.press(...keys);
  for (const key of keys) {
    const sent = terminal.press(key);
    await pause(gapMs);
    await sent;
  }
}

describe.each([ownServer, insideTmux])('keys that follow an opening key, $name', ({ open, tmux }) => {
  it('reach the agent that was opened, each once and in order', { timeout: 300_000 }, async () => {
    await using world = await World.create();
    // cat shows and keeps exactly what was typed
    await world.cli('spawn', 'shell', '--name', 'sink', '--dir', world.work);
    await world.agentsTmux('send-keys', '-t', 'sink', 'exec cat > typed', 'Enter');
    await vi.waitFor(async () => expect((await world.run('cat', ['typed'])).code).toBe(0), patient);
    await using terminal = await open(world);
    await terminal.see(/▌.* sink /);
    const focus = (kind: string): Promise<void> =>
      vi.waitFor(async () => {
        const { stdout } = await tmux(world, 'display-message', '-p', '-t', '=swarm:', '#{@swarm_pane}');
        expect(stdout.trim()).toBe(kind);
      }, patient);
    const expected: string[] = [];
    for (let round = 0; round < rounds; round++) {
      const digits = String(round).padStart(2, '0');
      // r renames, x stops, q leaves, n starts: none of them may happen
      await typeQuickly(
        terminal,
        ['Enter', 'r', ...digits, 'x', 'q', 'n', 'y', 'Enter'],
        gaps[round % gaps.length] ?? 0,
      );
      expected.push(`r${digits}xqny`);
      await focus('agent');
      await vi.waitFor(
        async () => expect((await world.run('cat', ['typed'])).stdout).toBe(`${expected.join('\n')}\n`),
        patient,
      );
      // the first rounds open a new pane, the others go to one that is there
      if (round < 8) await terminal.press('C-]', 'X');
      else await terminal.press('C-q');
      await focus('list');
    }
    const agents = await world.json<{ agents: readonly { name: string }[] }>('ls');
    expect(agents.agents.map(({ name }) => name)).toEqual(['sink']);
  });
});
