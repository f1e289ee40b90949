import { createHash } from 'node:crypto';
import { describe, expect, it, vi } from 'vitest';
import { demoFleet } from '../src/index.ts';
import { DemoTerminal } from './demo-terminal.ts';

const patience = { timeout: 20_000, interval: 40 };

function hashOf(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 16);
}

describe.each([
  ['all its sources', [], 'signal', '2 steps: one; two'],
  ['title and screen only', ['--no-protocol'], 'title', 'Go on with this plan?'],
  ['the screen only', ['--no-protocol', '--no-title'], 'screen', 'Go on with this plan?'],
] as const)('the state of the demo agent from %s', (_name, args, decider, plan) => {
  it('is told right from the first prompt to the last', async () => {
    const terminal = await DemoTerminal.open(args);
    await terminal.waitForState('idle', null);

    await terminal.send(
      'ask permission rm -rf build && pnpm build\nask question Which one? | red | blue\nplan one; two\nwork 60',
    );
    const asked = await terminal.waitForState('waiting', 'permission');
    expect(asked.activity).toMatchObject({ detail: 'rm -rf build && pnpm build', conflict: false });
    expect(asked.evidence.find((row) => row.verdict === 'decides')?.source).toBe(decider);
    await terminal.press('1');
    expect((await terminal.waitForState('waiting', 'question')).activity.detail).toBe('Which one?');
    await terminal.press('Down', 'Enter');
    expect((await terminal.waitForState('waiting', 'plan')).activity.detail).toBe(plan);
    await terminal.press('Enter');
    await terminal.waitForState('working', null);
    await terminal.press('Escape');
    await terminal.waitForState('idle', null);

    await terminal.send('fail the model is overloaded');
    await terminal.waitForState('error', 'api');
    await terminal.send('login');
    await terminal.waitForState('error', 'auth');
    await terminal.send('limit 120s usage\nsay after');
    const limited = await terminal.waitForState('error', 'usage-limit');
    expect(Math.abs((limited.activity.resetsAt ?? 0) - Date.now())).toBeLessThan(40_000);
    await terminal.press('Escape');
    await terminal.waitForState('idle', null);
  });
});

describe('the demo fleet', () => {
  it.each([
    ['payments-retry', 'waiting', 'permission'],
    ['csv-export', 'waiting', 'question'],
    ['k8s-upgrade', 'waiting', 'plan'],
    ['dark-mode', 'idle', null],
    ['index-rebuild', 'working', null],
    ['flaky-login', 'error', 'usage-limit'],
  ])('%s comes to be %s, %s', async (name, state, reason) => {
    const terminal = await DemoTerminal.open(['--', demoFleet.find((agent) => agent.name === name)?.task ?? '']);
    await terminal.waitForState(state, reason);
  });
});

describe('the demo agent', () => {
  it('does not take prose that looks like a dialog for one', async () => {
    const terminal = await DemoTerminal.open(['--no-protocol', '--no-title']);
    await terminal.send('say it shows\n    Run this command?\n    rm -rf /\n\n    › 1  Yes\n      2  No');
    await terminal.waitForScreen(/1 {2}Yes[^]*\n›/);
    await terminal.waitForState('idle', null);
  });

  it('goes on by itself after a limit', async () => {
    const terminal = await DemoTerminal.open();
    await terminal.send('limit 2s\nsay after the limit');
    await terminal.waitForScreen(/● after the limit/);
    const states = (await terminal.signals())
      .filter((signal) => signal.type === 'state')
      .map(({ state, kind }) => `${state} ${kind ?? ''}`.trim());
    expect(states).toEqual(['idle', 'working', 'error rate-limit', 'working', 'done']);
  });

  it.each([
    ['several lines', 'one\ntwo\n\tthree  \n'],
    ['a text that begins with a dash and ends with a semicolon', '-n -- ;'],
    ['UTF-8', '日本語 👍 é ü'],
    ['a shell and tmux injection', '"$(touch x)" `id` #{pane_id} \\n \'q\''],
    ['sixty lines', Array.from({ length: 60 }, (_, index) => `line ${index}`).join('\n')],
    ['a megabyte', 'The quick brown fox. '.repeat(50_000)],
  ])('receives %s exactly', async (_what, text) => {
    const terminal = await DemoTerminal.open();
    await terminal.send(`echo ${text}`);
    await terminal.waitForScreen(new RegExp(`sha256 ${hashOf(text)}`));
  });

  it('ignores what is pasted into a dialog', async () => {
    const terminal = await DemoTerminal.open();
    await terminal.send('ask permission rm -rf build');
    await terminal.waitForState('waiting', 'permission');
    await terminal.tmux('set-buffer', '-b', 'x', '1');
    await terminal.tmux('paste-buffer', '-p', '-d', '-b', 'x', '-t', 'demo');
    await terminal.press('3');
    await terminal.waitForScreen(/Not done/);
  });

  it('runs a message that came while it was busy afterwards', async () => {
    const terminal = await DemoTerminal.open();
    await terminal.send('work 4\nsay first');
    await terminal.waitForState('working', null);
    await terminal.send('say second');
    await terminal.waitForScreen(/● first[^]*● second/);
  });

  it('notifies when it needs the person', async () => {
    const terminal = await DemoTerminal.open(['--name', 'payments']);
    await terminal.send('ask question Go on?');
    await terminal.waitForState('waiting', 'question');
    expect(await terminal.signals()).toContainEqual({ type: 'notice', text: 'payments needs you (question)' });
  });

  it('plays a scenario for any other prompt, to its end', async () => {
    const terminal = await DemoTerminal.open(['--seed', '7']);
    await terminal.send('Fix the login');
    await terminal.waitForState('working', null);
    await vi.waitFor(
      async () =>
        expect(await terminal.signals()).toContainEqual(expect.objectContaining({ type: 'state', state: 'done' })),
      patience,
    );
  });

  it.each([
    ['crash 3', '3'],
    ['exit', '0'],
  ])('ends with the status of "%s"', async (prompt, status) => {
    const terminal = await DemoTerminal.open();
    await terminal.send(prompt);
    await vi.waitFor(async () => {
      // tmux 3.3a now and then sleeps over the end of its last child until another one ends.
      await terminal.tmux('run-shell', '-b', 'true');
      expect((await terminal.tmux('display', '-p', '-t', 'demo', '#{pane_dead} #{pane_dead_status}')).trim()).toBe(
        `1 ${status}`,
      );
    }, patience);
  });

  it('paints the alternate screen with a mouse and wide characters, and gives the screen back', async () => {
    const terminal = await DemoTerminal.open();
    await terminal.send('alt');
    await terminal.waitForScreen(/swarm demo {2}日本語 한국어 中文 {2}100×30/);
    await terminal.press('-l', '\x1b[<0;12;5M');
    await terminal.waitForScreen(/last: press at 12,5/);
    await terminal.tmux('resize-window', '-t', 'demo', '-x', '60', '-y', '12');
    await terminal.waitForScreen(/60×12/);
    expect((await terminal.tmux('display', '-p', '-t', 'demo', '#{alternate_on} #{mouse_any_flag}')).trim()).toBe(
      '1 1',
    );
    await terminal.press('q');
    await terminal.waitForScreen(/^›$/m);
    expect((await terminal.tmux('display', '-p', '-t', 'demo', '#{alternate_on}')).trim()).toBe('0');
  });

  it('asks once, however often the terminal is resized', async () => {
    const terminal = await DemoTerminal.open();
    await terminal.send('ask permission rm -rf node_modules/some-package && pnpm install --frozen-lockfile');
    await terminal.waitForScreen(/rm -rf node/);
    for (const size of ['40x30', '24x20', '100x30', '60x12', '30x30', '99x10']) {
      const [columns = '', rows = ''] = size.split('x');
      await terminal.tmux('resize-window', '-t', 'demo', '-x', columns, '-y', rows);
      await terminal.waitForScreen(/Run this command/);
    }
    await terminal.press('Down');
    const screen = await terminal.waitForScreen(/› 2/);
    expect(screen.match(/Run this command/g)).toHaveLength(1);
    expect(screen.match(/No, and say/g)).toHaveLength(1);
  });

  it('fits into a tiny terminal', async () => {
    const terminal = await DemoTerminal.open([], { columns: 20, rows: 6 });
    await terminal.send('ask permission rm -rf build && pnpm build');
    await terminal.press('Down', 'Up', 'Down');
    await vi.waitFor(
      async () =>
        expect(await terminal.tmux('capture-pane', '-p', '-t', 'demo')).toMatch(/^ {6}1 {2}Yes\n {4}› 2 {2}Yes, and/m),
      patience,
    );
  });

  it('tells nothing but its changes of state', async () => {
    const terminal = await DemoTerminal.open();
    await terminal.send('work 4');
    await vi.waitFor(
      async () => expect(await terminal.signals()).toContainEqual(expect.objectContaining({ state: 'done' })),
      patience,
    );
    expect((await terminal.signals()).map((signal) => signal.type)).toEqual([
      'title',
      'state',
      'title',
      'state',
      'title',
      'state',
    ]);
  });

  it('starts with a prompt and names the conversation it resumes', async () => {
    const terminal = await DemoTerminal.open(['--resume', 'c-1', '--', 'say from the command line']);
    await terminal.waitForScreen(/conversation c-1, resumed[^]*● from the command line/);
  });
});
