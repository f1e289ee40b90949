import { describe, expect, it, vi } from 'vitest';
import { Terminal } from './harness/terminal.ts';
import { World } from './harness/world.ts';

const patient = { timeout: 20_000, interval: 100 };

/** Opens the UI beside agents that have said something, the first one in a pane with the keyboard. */
async function openBeside(world: World, size: { columns: number; rows: number }, names = ['alpha']): Promise<Terminal> {
  for (const name of names) await world.cli('spawn', 'demo', `/say ${name} is here`, '--name', name);
  const ui = await Terminal.open(world, size);
  await ui.see(new RegExp(`▌.* ${names[0]} `));
  await ui.press('Enter');
  await ui.see(/┬.* 1 alpha .*·? ?idle|┬.* 1 alpha .*done/);
  await ui.see('alpha is here');
  await focus(world, 'agent');
  return ui;
}

const panes = async (world: World): Promise<readonly string[]> =>
  (await world.uiTmux('list-panes', '-F', '#{@swarm_pane} #{pane_width}x#{pane_height}')).stdout.trim().split('\n');
const kinds = async (world: World): Promise<string> => (await panes(world)).map((pane) => pane.split(' ')[0]).join(' ');
const waitFor = (look: () => Promise<void>): Promise<void> => vi.waitFor(look, patient);
const focus = (world: World, kind: string): Promise<void> =>
  waitFor(async () => {
    const { stdout } = await world.uiTmux('display-message', '-p', '#{@swarm_pane}');
    expect(stdout.trim()).toBe(kind);
  });

/** Where a text stands on the screen, from 1. */
async function find(ui: Terminal, text: string): Promise<{ column: number; row: number }> {
  const lines = (await ui.see(text)).split('\n');
  const row = lines.findIndex((line) => line.includes(text));
  return { column: (lines[row] ?? '').indexOf(text) + 1, row: row + 1 };
}

async function drag(ui: Terminal, row: number, from: number, to: number): Promise<void> {
  await ui.type(`\u001b[<0;${from};${row}M`);
  for (const column of [from + 1, Math.round((from + to) / 2), to]) await ui.type(`\u001b[<32;${column};${row}M`);
  await ui.type(`\u001b[<0;${to};${row}m`);
}

describe('a split inside an agent', () => {
  it('opens a shell where the agent works, to the right and below, and exit closes it', async () => {
    await using world = await World.create();
    await using ui = await openBeside(world, { columns: 120, rows: 40 });
    await ui.press('C-]', '|');
    await ui.see(/┬── alpha {2}shell/);
    await focus(world, 'shell');
    await ui.type('echo "in $(pwd)"');
    await ui.press('Enter');
    await ui.see(`in ${world.work}`.slice(0, 20));
    await ui.press('C-]', '-');
    await waitFor(async () => expect(await kinds(world)).toBe('list agent shell shell'));
    // the keyboard goes to the new one when it is there
    await waitFor(async () =>
      expect((await world.uiTmux('display-message', '-p', '#{pane_index}')).stdout.trim()).toBe('3'),
    );
    // whatever the last command's status was
    await ui.type('false');
    await ui.press('Enter', 'C-d');
    await waitFor(async () => expect(await kinds(world)).toBe('list agent shell'));
    await ui.type('exit 7');
    await ui.press('Enter');
    await waitFor(async () => expect(await kinds(world)).toBe('list agent'));
    await focus(world, 'agent');
  });

  it('from the list of an agent that is open says where it is', async () => {
    await using world = await World.create();
    await using ui = await openBeside(world, { columns: 120, rows: 30 });
    await ui.press('C-q');
    await focus(world, 'list');
    await ui.press('|');
    await ui.see('alpha is open already. Enter goes there, s opens a shell beside it');
    expect(await kinds(world)).toBe('list agent');
  });

  it('without room says so in one line and changes nothing', async () => {
    await using world = await World.create();
    await using ui = await openBeside(world, { columns: 80, rows: 24 });
    await ui.press('C-]', '|');
    await waitFor(async () => expect(await kinds(world)).toBe('list agent shell'));
    await focus(world, 'shell');
    const before = await panes(world);
    await ui.press('C-]', '|');
    await ui.see(/^ No room for another pane here\. Close one with leader X\. .*\^Q back to the list$/m);
    expect(await panes(world)).toEqual(before);
    await ui.resize(60, 15);
    await ui.see(/── alpha {2}shell/);
    await ui.resize(80, 24);
    await waitFor(async () => expect((await panes(world))[0]).toBe(before[0]));
    expect(await kinds(world)).toBe('list agent shell');
  });
});

describe('a sheet that was asked for inside an agent', () => {
  it.each([
    ['?', /Keys behind the leader/],
    ['m', /Message to alpha/],
  ])('gives the keyboard back: %s', async (key, title) => {
    await using world = await World.create();
    await using ui = await openBeside(world, { columns: 120, rows: 30 });
    await ui.press('C-]', key);
    await ui.see(title);
    await focus(world, 'list');
    await ui.press('Escape');
    await focus(world, 'agent');
    await ui.press('C-]', 'z');
    await ui.seeGone(/┬/);
    await ui.press('C-]', key);
    await ui.see(title);
    await ui.press('Escape');
    await focus(world, 'agent');
    await ui.seeGone(/┬/);
  });
});

describe('a sheet beside panes', () => {
  it('has the whole width while it is open, asked for in the list or inside an agent', async () => {
    await using world = await World.create();
    await using ui = await openBeside(world, { columns: 80, rows: 24 });
    const before = await panes(world);
    const isWide = async (): Promise<string> =>
      (await world.uiTmux('display-message', '-p', '#{@swarm_pane} #{window_zoomed_flag}')).stdout.trim();
    for (const keys of [['C-]', '?'], ['C-q'], ['?'], ['x']]) {
      await ui.press(...keys);
      if (keys[0] === 'C-q') {
        await focus(world, 'list');
        continue;
      }
      await ui.seeGone(/┬/);
      await waitFor(async () => expect(await isWide()).toBe('list 1'));
      expect(await ui.text()).not.toContain('│');
      await ui.press('Escape');
      await ui.see(/┬/);
      await waitFor(async () => expect(await panes(world)).toEqual(before));
    }
  });
});

describe('leader keys in the list', () => {
  it('act on the last agent pane, or say that there is none', async () => {
    await using world = await World.create();
    await using ui = await openBeside(world, { columns: 120, rows: 30 });
    for (const key of ['l', 'z', '[']) {
      await ui.press('C-q');
      await focus(world, 'list');
      await ui.press('C-]', key);
      await focus(world, 'agent');
    }
    await ui.see(/\[0\/\d+\]/);
    await ui.press('q', 'C-q');
    await focus(world, 'list');
    await ui.press('C-]', 'X');
    await waitFor(async () => expect(await kinds(world)).toBe('list'));
    for (const key of ['l', '[', '/', 'X', 'H']) {
      await ui.press('C-]', key);
      await ui.see('No pane is open beside the list');
      await ui.press('C-l');
    }
    expect((await world.uiTmux('display-message', '-p', '#{pane_in_mode}')).stdout.trim()).toBe('0');
  });
});

describe('the border of a narrow pane', () => {
  it('keeps the state, and cuts the place before the name', async () => {
    await using world = await World.create();
    await using ui = await openBeside(world, { columns: 120, rows: 24 });
    await ui.see(/┬── 1 alpha {2}demo · local ─+ [·◆] \w+ \d+[smh] ──/);
    await ui.resize(62, 24);
    await ui.see(/┬── 1 alpha {2}demo.*… ─* [·◆] \w+ \d+[smh] ──/);
    await ui.resize(40, 24);
    await ui.see(/┬── 1 alp\S* ─* ?[·◆] \w+ ──/);
  });
});

describe('searching what an agent wrote', () => {
  it('asks for a text, finds it as it stands, and Esc leads back', async () => {
    await using world = await World.create();
    await using ui = await openBeside(world, { columns: 120, rows: 14 });
    for (const number of [1, 2, 3, 4, 5, 6, 7, 8]) {
      await ui.type(`/say needle [${number}] of many`);
      await ui.press('Enter');
      await ui.see(`● needle [${number}] of many`);
    }
    await ui.press('C-]', '/');
    await ui.see('search up:');
    await ui.type('[2] of');
    await ui.press('Enter');
    await ui.see('● needle [2] of many');
    await ui.press('Escape');
    await ui.seeGone(/\[2\] of many/);
    await ui.press('C-]', '[');
    await ui.see(/\[0\/\d+\]/);
    await ui.press('C-]', '/');
    await ui.see('search up:');
    await ui.press('Escape');
    await ui.seeGone(/search up:/);
    await ui.press('q');
    await ui.seeGone(/\[0\/\d+\]/);
    await ui.type('/say back again');
    await ui.press('Enter');
    await ui.see('● back again');
  });

  it('works in a shell as well', async () => {
    await using world = await World.create();
    await using ui = await openBeside(world, { columns: 120, rows: 14 });
    await ui.press('C-]', 's');
    await focus(world, 'shell');
    await ui.type('seq -f "line %g of it" 80');
    await ui.press('Enter');
    await ui.see('line 80 of it');
    await ui.press('C-]', '/');
    await ui.see('search up:');
    await ui.type('line 7 of');
    await ui.press('Enter');
    await ui.see('line 7 of it');
    await ui.press('Escape');
    await ui.seeGone(/line 7 of it/);
    await ui.press('C-q');
    await focus(world, 'list');
    await ui.press('C-]', '/');
    await ui.see('search up:');
    await ui.type('line 9 of');
    await ui.press('Enter');
    await ui.see('line 9 of it');
  });
});

describe('the mouse', () => {
  it('drags dividers, copies what it is dragged over, and a word that is clicked twice', async () => {
    await using world = await World.create();
    await using ui = await openBeside(world, { columns: 120, rows: 24 });
    const said = await find(ui, 'alpha is here');
    await drag(ui, said.row, said.column, said.column + 7);
    await waitFor(async () => expect(await ui.clipboard()).toMatch(/^alpha is/));
    await ui.click(said.column + 10, said.row);
    await ui.click(said.column + 10, said.row);
    await waitFor(async () => expect(await ui.clipboard()).toBe('here'));

    await drag(ui, 9, 41, 60);
    await waitFor(async () => expect((await panes(world))[0]).toMatch(/^list 59x/));

    await ui.press('C-]', 's');
    await focus(world, 'shell');
    await ui.type('clear; printf "%s-" these words');
    await ui.press('Enter');
    const { column, row } = await find(ui, 'these-words');
    await drag(ui, row, column, column + 10);
    await waitFor(async () => expect(await ui.clipboard()).toMatch(/^these-word/));
  });

  it('opens an agent once, however fast the row is clicked', async () => {
    await using world = await World.create();
    await using ui = await openBeside(world, { columns: 120, rows: 24 });
    await ui.press('C-q');
    await focus(world, 'list');
    // as it is drawn beside a pane, and in the section of what was looked at: the row stays where it is
    const text = await ui.see(/^(?![^]*Done, not seen)[^]*\n▌ \S alpha /);
    const row = text.split('\n').findIndex((line) => line.startsWith('▌')) + 1;
    for (const _ of [1, 2, 3]) await ui.click(8, row);
    await focus(world, 'agent');
    await ui.see(/┬── 1 alpha/);
    expect(await kinds(world)).toBe('list agent');
  });
});
