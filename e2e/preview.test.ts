import stringWidth from 'string-width';
import { describe, expect, it, vi } from 'vitest';
import { Terminal } from './harness/terminal.ts';
import { World } from './harness/world.ts';

const sizeOf = async (world: World, name: string): Promise<string> =>
  (await world.agentsTmux('list-windows', '-a', '-F', '#{session_name} #{window_width}x#{window_height}')).stdout
    .split('\n')
    .find((line) => line.startsWith(name))
    ?.split(' ')
    .at(-1) ?? '';

const paints = (world: World) => world.cli('spawn', 'demo', '/alt', '--name', 'paints');

function expectFitting(lines: readonly string[], columns: number): void {
  for (const line of lines) expect(stringWidth(line)).toBeLessThanOrEqual(columns);
}

describe('the preview of a full-screen agent with mouse and wide characters', () => {
  it('shows its screen at 80×24, anchored bottom left, and it stays 160×50', async () => {
    await using world = await World.create();
    await paints(world);
    await using ui = await Terminal.open(world, { columns: 80, rows: 24 });
    await ui.see(/^ +last: nothing yet/m);
    const screen = await ui.screen();
    expectFitting(screen, 80);
    expect(screen.filter((line) => /[色彩]░▒▓█/.test(line)).length).toBeGreaterThanOrEqual(4);
    expect(await sizeOf(world, 'paints')).toBe('160x50');
    // zoomed, all of the rows that fit
    await ui.press('z');
    await ui.see(/160×50/);
    await vi.waitFor(
      async () => {
        const zoomed = await ui.screen();
        expectFitting(zoomed, 80);
        expect(zoomed.filter((line) => /[色彩]░▒▓█/.test(line)).length).toBeGreaterThanOrEqual(15);
      },
      { timeout: 20_000 },
    );
  });

  it('is the same for two UIs of different sizes, which leave the agent at 160×50', async () => {
    await using world = await World.create();
    await paints(world);
    await using small = await Terminal.open(world, { columns: 80, rows: 24 });
    await small.see('last: nothing yet');
    await using large = await Terminal.open(world, { columns: 200, rows: 50 });
    await large.see('last: nothing yet');
    await large.see(/│ 色░▒▓█/);
    expect(await sizeOf(world, 'paints')).toBe('160x50');
    await world.agentsTmux('send-keys', '-t', `=${await sessionOf(world)}:`, 'Left');
    await small.see('last: key left');
    await large.see('last: key left');
    expectFitting(await small.screen(), 80);
    expectFitting(await large.screen(), 200);
  });

  it('is 160×50 again after it was looked at in a split, whose mouse it gets', async () => {
    await using world = await World.create();
    await paints(world);
    await using ui = await Terminal.open(world, { columns: 140, rows: 40 });
    await ui.see('last: nothing yet');
    await ui.press('|');
    await ui.see(/┬.* 1 paints /);
    await ui.see(/swarm demo {2}日本語 한국어 中文 {2}99×\d+/);
    expect(await sizeOf(world, 'paints')).toMatch(/^99x3\d$/);
    await ui.press('C-]', '1');
    await ui.see('^Q back to the list');
    await ui.click(60, 12);
    await ui.see(/last: (press|release) at \d+,\d+/);
    expectFitting(await ui.screen(), 140);
    await ui.press('C-]', 'X');
    await vi.waitFor(async () => expect(await sizeOf(world, 'paints')).toBe('160x50'), {
      timeout: 20_000,
      interval: 200,
    });
    await ui.see(/160×50/);
    await ui.see(/last: (press|release) at \d+,\d+/);
  });

  it('shows what scrolled by, and comes back to what is live', async () => {
    await using world = await World.create();
    const talk = ['sh', '-c', 'echo first of all; seq -f "line %g of it" 150; exec sleep 1000'];
    await world.cli('spawn', 'shell', '', '--name', 'talks', '--', ...talk);
    await world.cli('wait', 'talks', '--for', 'text:line 150 of it', '--timeout', '60s');
    await using ui = await Terminal.open(world, { columns: 140, rows: 40 });
    await ui.see(/│ talks +shell/);
    await ui.see('live · 160×50');
    await ui.press('Tab');
    await vi.waitFor(
      async () => {
        await ui.press('PgUp');
        await ui.see('looking back', 2000);
      },
      { timeout: 20_000 },
    );
    for (let page = 0; page < 12; page += 1) await ui.press('PgUp');
    // the first line stops at the upper edge, and below it the screen is full
    await ui.see(/│─+\n.*│ first of all/);
    await ui.see(/│ line 30 of it/);
    await ui.press('Escape');
    await ui.see('live · 160×50');
  });
});

async function sessionOf(world: World): Promise<string> {
  const { stdout } = await world.agentsTmux('list-sessions', '-F', '#{session_name}');
  return stdout.split('\n').find((name) => name.startsWith('paints')) ?? '';
}
