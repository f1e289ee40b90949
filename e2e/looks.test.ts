/* oxlint-disable no-control-regex -- control characters are what this file is about */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import stringWidth from 'string-width';
import { describe, expect, it, vi } from 'vitest';
import { Terminal, type TerminalOptions } from './harness/terminal.ts';
import { launcher, World } from './harness/world.ts';

const asks = (world: World) => world.cli('spawn', 'demo', '/ask permission rm -rf build', '--name', 'payments-retry');
const ui = (...args: readonly string[]): TerminalOptions => ({ command: [process.execPath, launcher, ...args] });

/** No line is wider than the terminal, and no control character but colours came through. */
async function expectSound(terminal: Terminal, columns: number): Promise<void> {
  // tmux gives an emoji presentation (U+FE0F) one cell, string-width two
  for (const line of await terminal.screen())
    expect(stringWidth(line.replaceAll('\ufe0f', ''))).toBeLessThanOrEqual(columns);
}

describe('without colours', () => {
  it('NO_COLOR: states differ by word and glyph, no colour is on the screen', async () => {
    await using world = await World.create();
    await asks(world);
    await using terminal = await Terminal.open(world, { columns: 120, rows: 40, env: { NO_COLOR: '1' } });
    await terminal.see(/▌ ▲ approve .* payments-retry /);
    await terminal.see('Run this command?');
    // what the list draws; an agent's own colours are left out of the preview too
    await expect
      .poll(async () => (await terminal.screen({ colours: true })).join('\n'), { timeout: 10_000 })
      .not.toMatch(/\u001b\[[\d;]*(?:3[0-7]|4[0-7]|38;|48;|9[0-7]|10[0-7])[\d;]*m/);
  });

  it('--ascii: ASCII alone, and it still works', async () => {
    await using world = await World.create();
    await asks(world);
    await world.cli('spawn', 'demo', '/work 900', '--name', 'a-name-that-is-far-too-long-for-any-column-of-a-list');
    await using terminal = await Terminal.open(world, { columns: 80, rows: 24, ...ui('--ascii') });
    await terminal.see(/> ! approve .* payments-retry /);
    await terminal.see('Run this command?');
    for (const key of ['?', 'n', 'm', ':', 'i', 'x']) {
      const text = await openSheet(terminal, key);
      // an agent's own screen and words hold what they like
      const ours = text.split('\n').filter((line) => !line.includes('›'));
      expect(ours.join('\n')).toMatch(/^[\x20-\x7e\n]*$/);
    }
  });

  it('TERM=dumb, where tmux cannot draw: the list as text', async () => {
    await using world = await World.create();
    await asks(world);
    await using terminal = await Terminal.open(world, { columns: 100, rows: 24, env: { TERM: 'dumb' } });
    expect(await terminal.exitStatus()).toBe(0);
    expect(await terminal.text()).toMatch(/^waiting permission .* payments-retry .*rm -rf build$/m);
    expect((await world.uiTmux('list-sessions')).code).not.toBe(0);
  });
});

async function openSheet(terminal: Terminal, key: string): Promise<string> {
  await terminal.press(key);
  const text = await terminal.see(/Esc (close|back|keep|leave)/);
  await terminal.press('Escape');
  await terminal.seeGone(/Esc (close|back|keep|leave)/);
  return text;
}

describe('sizes', () => {
  it('from a phone to a wall, and too small', async () => {
    await using world = await World.create();
    await asks(world);
    await world.cli('spawn', 'demo', '/say 日本語のテキスト', '--name', '日本語の名前と한국어이름');
    await using terminal = await Terminal.open(world, { columns: 300, rows: 100 });
    await terminal.see(/│ payments-retry .*│ Details$/m);
    await terminal.see(/▲ approve .* payments-retry .*rm -rf build/);
    await terminal.see(/ 日本語の名前と한국/);
    await expectSound(terminal, 300);
    await terminal.resize(40, 30);
    await terminal.see(/▲ payments-retry +approve/);
    await terminal.see(/^▌ +rm -rf build/m);
    await terminal.see(/日本語/);
    await expectSound(terminal, 40);
    await terminal.resize(30, 8);
    await terminal.see(/payments-retry +approve/);
    await expectSound(terminal, 30);
    await terminal.resize(12, 3);
    await terminal.resize(80, 24);
    await terminal.see(/▲ approve .* payments-retry .*rm -rf build/);
    await expectSound(terminal, 80);
  });
});

const hostile = (marker: string): readonly (readonly [string, string])[] => [
  ['quotes', `a'b"c\`touch ${marker}\`$(touch ${marker})`],
  ['formats', `#{pane_id}#(touch ${marker})#[fg=red]#{?1,x,y},}`],
  ['commands', `; touch ${marker} ; run-shell 'touch ${marker}' \\;`],
  ['lines', `first\nsecond\r\nthird\ttab`],
  ['long', 'x日'.repeat(5000)],
  ['rtl', 'עברית \u202eevil\u202c العربية\u2066x\u2069'],
  ['emoji', '👩‍👩‍👧‍👦🇺🇳 ⚠️ \u200b\u200d e\u0301\u0301\u0301'],
  [
    'escapes',
    `\u001b[2J\u001b[31mred\u001b]0;title\u0007\u001b]52;c;aGFja2Vk\u0007\u009b31m\u0000`.replace('\u0000', ''),
  ],
];

describe('hostile names and texts', () => {
  it('run nothing, control nothing and break no layout, wherever they are shown', async () => {
    await using world = await World.create();
    const marker = join(world.directory, 'pwned');
    for (const [kind, text] of hostile(marker)) {
      const spawned = await world.cli('--json', 'spawn', 'demo', `/ask question ${text}`);
      expect(spawned, `${kind}: ${spawned.stderr}`).toMatchObject({ code: 0 });
      const { agent } = JSON.parse(spawned.stdout) as { agent: { id: string } };
      const refused = await world.cli('rename', agent.id, `${kind} ${text}`.slice(0, 500));
      expect([kind, refused.code]).toEqual([kind, 2]);
      expect(refused.stderr).not.toMatch(/[\u001b\u202e]/);
      expect(await world.cli('rename', agent.id, kind)).toMatchObject({ code: 0 });
    }
    await using terminal = await Terminal.open(world, { columns: 140, rows: 40 });
    for (const [kind] of hostile(marker)) await terminal.see(new RegExp(` ${kind} `));
    await expectSound(terminal, 140);
    for (const [index] of hostile(marker).entries()) {
      await terminal.press('g', ...Array.from({ length: index }, () => 'j'));
      await terminal.see(/^▌/m);
      for (const key of ['i', 'd', 'r', 'm']) {
        await terminal.press(key);
        await terminal.see(/Esc \S+/);
        await expectSound(terminal, 140);
        await terminal.press('Escape');
        await terminal.seeGone(/Esc (back|leave|keep|close)/);
      }
    }
    // in pane borders and the status line
    await terminal.press('g', '|');
    await terminal.see(/┬.* 1 /);
    for (let index = 1; index < hostile(marker).length; index += 1) {
      await terminal.press('j', 'Enter');
      await terminal.see(/\^Q back to the list/);
      await expectSound(terminal, 140);
      await terminal.press('C-q');
      await terminal.seeGone(/\^Q back to the list/);
    }
    await vi.waitFor(async () =>
      expect((await world.uiTmux('list-panes', '-F', '#{@swarm_pane}')).stdout).toMatch(/list\n(agent\n)+/),
    );
    expect(existsSync(marker)).toBe(false);
    expect((await world.uiTmux('show-buffer')).stdout).not.toContain('hacked');
    expect((await world.uiTmux('display-message', '-p', '#{pane_title}')).stdout).not.toMatch(/^title/);
  });
});
