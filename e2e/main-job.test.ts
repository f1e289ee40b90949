import { describe, expect, it, vi } from 'vitest';
import { Terminal } from './harness/terminal.ts';
import { World } from './harness/world.ts';

interface Agent {
  readonly name: string;
  readonly state: string;
  readonly reason: string | null;
}

const list = async (world: World): Promise<readonly Agent[]> =>
  (await world.json<{ agents: readonly Agent[] }>('ls')).agents;

/** Starts an agent through the form: its name is the first line of the task. */
async function startByForm(ui: Terminal, task: string): Promise<void> {
  const [name = ''] = task.split('\n');
  await ui.press('n');
  await ui.see('New agent');
  await ui.paste(task);
  await ui.see(new RegExp(`Name +${name}`));
  await ui.press('Enter');
  await ui.seeGone(/New agent/);
  await ui.see(new RegExp(`▌.*${name}`));
}

/** Clicks on the row of the agent and waits for the bar. Never twice: a second click opens. */
async function select(ui: Terminal, name: string): Promise<void> {
  const isThere = (line: string): boolean => rowOf(line).includes(` ${name} `);
  const rows = await vi.waitFor(
    async () => {
      const lines = await ui.screen();
      if (!lines.some(isThere)) throw new Error(`no row of ${name}:\n${lines.join('\n')}`);
      return lines;
    },
    { timeout: 20_000, interval: 100 },
  );
  const row = rows.findIndex(isThere);
  if (rows[row]?.startsWith('▌') !== true) await ui.click(8, row + 1);
  await ui.see(new RegExp(`^▌.* ${name} `, 'm'));
}

/** Kind and agent of the pane that has the keyboard. */
const focused = async (world: World): Promise<string> =>
  (await world.uiTmux('display-message', '-p', '#{@swarm_pane} #{@swarm_agent}')).stdout;

/** The part of a line that belongs to the list. */
const rowOf = (line: string): string => (/^[▌ ][ *][▲×●◆·■+] /.test(line) ? (line.split('│')[0] ?? '') : '');

async function startThree(ui: Terminal): Promise<void> {
  await ui.see('no agents yet');
  await startByForm(ui, 'alpha\n/work 900');
  await ui.see(/● working .* alpha /);
  await startByForm(ui, 'beta\n/say hello there');
  await ui.see(/(done|idle) .* beta /);
  await startByForm(ui, 'gamma\n/ask permission rm -rf build');
  await ui.see(/▲ approve .* gamma +rm -rf build/);
  await ui.see(/▲ 1 needs you .*● 1 working/);
}

describe('the main job', () => {
  it('starts three, splits, switches by key, types, and comes back to the list', async () => {
    await using world = await World.create();
    await using ui = await Terminal.open(world, { columns: 120, rows: 40 });
    await startThree(ui);

    // one viewer: it turns to the neighbours, and to the one that waits
    await select(ui, 'gamma');
    await ui.press('|');
    await ui.see(/┬.* 1 gamma +demo · local .*▲ approve/);
    await ui.press('C-]', '1');
    await ui.see('^Q back to the list');
    await ui.press('C-]', 'n');
    await ui.see(/┬.* 1 (alpha|beta) /);
    await ui.press('C-]', 'p');
    await ui.see(/┬.* 1 gamma /);
    await ui.press('C-]', 'n');
    await ui.see(/┬.* 1 (alpha|beta) /);
    await ui.press('C-]', 'w');
    await ui.see(/┬.* 1 gamma /);

    // what is typed arrives in the pane that has the keyboard
    await ui.press('C-q');
    await ui.seeGone(/\^Q back to the list/);
    await select(ui, 'alpha');
    await ui.press('-');
    await ui.see(/├.* 2 alpha +demo · local .*● working/);
    await ui.press('C-]', '2');
    await ui.see('^Q back to the list');
    await ui.type('/say typed by hand');
    await ui.press('Enter');
    await ui.see('queued: /say typed by hand');
    await ui.press('C-]', '1');
    await vi.waitFor(async () => expect(await focused(world)).toMatch(/^agent gamma/), { timeout: 20_000 });
    await ui.press('Down', 'Enter');
    await ui.seeGone(/▲ approve/);
    expect((await world.cli('logs', 'gamma')).stdout).toContain('Answer: Yes, and do not ask again');

    await ui.press('C-q');
    await select(ui, 'alpha');
    await ui.press('C-]', 'z');
    await ui.seeGone(/├/);
    await ui.press('C-]', 'z');
    await ui.see(/├/);
    await ui.press('C-]', '2');
    await ui.see('^Q back to the list');
    await ui.press('C-]', 'X');
    await ui.seeGone(/├/);
    expect((await list(world)).map(({ name }) => name).sort()).toEqual(['alpha', 'beta', 'gamma']);
  });

  it('messages one and many, renames, stops, deletes and takes that back', async () => {
    await using world = await World.create();
    await using ui = await Terminal.open(world, { columns: 120, rows: 40 });
    await startThree(ui);
    await world.cli('spawn', 'demo', '/say ready', '--name', 'delta');
    await ui.see(/(done|idle) .* delta /);

    await select(ui, 'beta');
    await ui.press('m');
    await ui.see(/── Message to beta|beta/);
    await ui.type('/say only for beta');
    await ui.see('/say only for beta');
    await ui.press('Enter');
    expect(await world.cli('wait', 'beta', '--for', 'text:only for beta', '--timeout', '30s')).toMatchObject({
      code: 0,
    });
    await ui.seeGone(/Esc keep draft/);

    await select(ui, 'beta');
    await ui.press('v');
    await ui.see('1 marked');
    await select(ui, 'delta');
    await ui.press('v');
    await ui.see('2 marked');
    await ui.press('m');
    await ui.see(/Message to 2/i);
    await ui.type('/say for both of you');
    await ui.press('Enter');
    for (const name of ['beta', 'delta'])
      expect(await world.cli('wait', name, '--for', 'text:for both of you', '--timeout', '30s')).toMatchObject({
        code: 0,
      });
    expect((await world.cli('logs', 'gamma')).stdout).not.toContain('for both');
    await ui.press('Escape');
    await ui.seeGone(/2 marked/);

    await select(ui, 'beta');
    await ui.press('r');
    await ui.see(/── Rename/);
    await ui.press('C-u');
    await ui.type('chorus');
    await ui.press('Enter');
    await ui.see(/ chorus /);

    await select(ui, 'alpha');
    await ui.press('x');
    await ui.see(/Stop alpha\?/);
    await ui.see(/▌ Let it work/);
    await ui.press('j', 'Enter');
    await ui.see(/■ stopped .* alpha /);

    await select(ui, 'chorus');
    await ui.press('d');
    await ui.see(/Delete chorus\?/);
    await ui.see(/▌ Leave it as it is/);
    await ui.press('j');
    await ui.see(/▌ Remove the agent/);
    await ui.press('Enter');
    await ui.see(/chorus removed.*u undo \d+s/);
    await ui.seeGone(/(done|idle) .* chorus /);
    await ui.press('u');
    await ui.see(/(done|idle) .* chorus /);
  });

  it('quits, the agents go on, and finds them all again', async () => {
    await using world = await World.create();
    {
      await using ui = await Terminal.open(world, { columns: 120, rows: 40 });
      await startThree(ui);
      await ui.press('q');
      expect(await ui.exitStatus()).toBe(0);
      expect(await ui.text()).not.toContain('need you');
    }
    expect((await list(world)).map(({ name, state }) => `${name} ${state}`).sort()).toEqual([
      'alpha working',
      expect.stringMatching(/^beta (done|idle)$/),
      'gamma waiting',
    ]);
    await using again = await Terminal.open(world, { columns: 80, rows: 24 });
    await again.see(/▲ approve .* gamma +demo +rm -rf build/);
    await again.see(/(done|idle) .* beta /);
    await again.see(/● working .* alpha /);
  });
});
