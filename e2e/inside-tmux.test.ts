import { describe, expect, it, vi } from 'vitest';
import { Terminal } from './harness/terminal.ts';
import { launcher, World } from './harness/world.ts';

const oddConf = (world: World): string => `
set -g base-index 1
set -g pane-base-index 1
set -g renumber-windows on
set -g prefix C-a
unbind C-b
bind C-a send-prefix
set -g default-command 'exec env PS1="mine> " bash --norc -i'
set -g set-titles on
set -g set-titles-string '#{session_name} mine'
set -g mouse on
set -g status-left '[#S] '
set -g status-position top
set -g automatic-rename on
set -g pane-border-status bottom
bind -n M-x display-message 'my own binding'
bind -n C-q run-shell 'touch ${world.directory}/own-c-q'
bind -n WheelUpPane copy-mode -e
unbind -n MouseDrag1Border
bind g display-message 'prefix works'
`;

/** The person's own tmux, with a shell in it, in a terminal. */
async function openPersonal(world: World, size: { columns: number; rows: number }): Promise<Terminal> {
  const conf = await world.writeFile('person.conf', oddConf(world));
  const terminal = await Terminal.open(world, {
    ...size,
    command: ['tmux', '-L', 'person', '-f', conf, 'new-session', '-s', 'work', '-n', 'shell'],
  });
  await terminal.see('mine>');
  await world.run('tmux', ['-L', 'person', 'split-window', '-d', '-t', 'work']);
  await world.run('tmux', ['-L', 'person', 'new-window', '-d', '-t', 'work', '-n', 'other', 'sleep 1000']);
  return terminal;
}

const person = async (world: World, ...args: readonly string[]): Promise<string> => {
  const { stdout, stderr, code } = await world.run('tmux', ['-L', 'person', ...args]);
  if (code !== 0) throw new Error(stderr);
  return stdout;
};

/** All that belongs to the person on their server. */
async function belongings(world: World): Promise<Readonly<Record<string, string>>> {
  const panes = '#{session_name} #{window_index} #{window_name} #{window_layout} #{pane_id} #{pane_index} #{pane_pid}';
  return {
    keys: await person(world, 'list-keys'),
    options: await person(world, 'show-options', '-g'),
    windowOptions: await person(world, 'show-options', '-gw'),
    serverOptions: await person(world, 'show-options', '-s'),
    environment: await person(world, 'show-environment', '-g'),
    hooks: await person(world, 'show-hooks', '-g'),
    sessionOptions: await person(world, 'show-options', '-t', 'work'),
    sessions: await person(world, 'list-sessions', '-F', '#{session_id} #{session_name}'),
    panes: await person(world, 'list-panes', '-a', '-F', panes),
  };
}

async function startUi(terminal: Terminal): Promise<void> {
  await terminal.type(`${process.execPath} ${launcher}`);
  await terminal.press('Enter');
  await terminal.see(/▲ approve .* asks /);
}

describe('inside the tmux of a person with odd settings', () => {
  it('is a session of its own, and after q everything is as it was', async () => {
    await using world = await World.create();
    await world.cli('spawn', 'demo', '/ask permission rm -rf build', '--name', 'asks');
    await using terminal = await openPersonal(world, { columns: 120, rows: 40 });
    const before = await belongings(world);
    await startUi(terminal);
    expect(await person(world, 'list-sessions', '-F', '#{session_name}')).toBe('swarm\nwork\n');
    expect((await world.uiTmux('list-sessions')).code).not.toBe(0);

    await terminal.press('g', '|');
    await terminal.see(/┬.* 1 asks +demo · local /);
    await terminal.see('Run this command?');
    // a key of the person's own table reaches the agent or does nothing, but it is not run; their prefix works
    await terminal.press('C-a', 'g');
    await terminal.see('prefix works');
    const { keys, sessions, panes, ...untouched } = before;
    expect(await belongings(world)).toMatchObject(untouched);
    expect((await person(world, 'list-panes', '-s', '-t', 'work', '-F', '#{pane_id}')).split('\n')).toHaveLength(4);

    // the mouse works in our session, whatever they bound it to; their tables are as they were
    const foreign = (text: string): readonly string[] => text.split('\n').filter((line) => !/-T swarm\S* /.test(line));
    expect(foreign(await person(world, 'list-keys'))).toEqual(foreign(keys ?? ''));
    for (const event of ['0;41;9M', '32;50;9M', '32;60;9M', '0;60;9m']) await terminal.type(`\u001b[<${event}`);
    await vi.waitFor(
      async () =>
        expect(await person(world, 'list-panes', '-t', 'swarm:', '-F', '#{pane_width}')).toMatch(/^59\n60\n$/),
      { timeout: 20_000, interval: 100 },
    );

    // each key once the one before has done its work: the leader's way leads through the list's process
    const focus = (kind: string): Promise<void> =>
      vi.waitFor(
        async () =>
          expect(await person(world, 'display-message', '-p', '-t', 'swarm:', '#{@swarm_pane}')).toBe(`${kind}\n`),
        {
          timeout: 20_000,
          interval: 100,
        },
      );
    await terminal.press('C-]', '1');
    await focus('agent');
    await terminal.press('C-q');
    await focus('list');
    await terminal.press('q');
    await terminal.see('mine>');
    await vi.waitFor(async () => expect(await belongings(world)).toEqual({ keys, sessions, panes, ...untouched }), {
      timeout: 20_000,
      interval: 200,
    });
    expect((await world.run('ls', [`${world.directory}/own-c-q`])).code).not.toBe(0);
    await terminal.press('C-q');
    await vi.waitFor(async () => expect((await world.run('ls', [`${world.directory}/own-c-q`])).code).toBe(0), {
      timeout: 20_000,
      interval: 200,
    });
  });

  it('closes nothing that the person made in it', async () => {
    await using world = await World.create();
    await world.cli('spawn', 'demo', '/ask permission rm -rf build', '--name', 'asks');
    await using terminal = await openPersonal(world, { columns: 100, rows: 30 });
    await startUi(terminal);
    await terminal.press('|');
    await terminal.see(/┬.* 1 asks /);
    // a window and a pane of their own, by their own keys
    await terminal.press('C-a', '"');
    await terminal.see('mine>');
    await terminal.type('echo pane $((6*7))');
    await terminal.press('Enter');
    await terminal.see('pane 42');
    await terminal.press('C-a', 'c');
    await terminal.seeGone(/pane 42/);
    await terminal.type('echo window $((6*7))');
    await terminal.press('Enter');
    await terminal.see('window 42');
    await terminal.press('C-q');
    await terminal.see(/▲ asks /);
    await terminal.press('q');
    await terminal.see('[work]');
    const theirs = '#{session_name} #{@swarm_pane}';
    await vi.waitFor(
      async () =>
        expect(await person(world, 'list-panes', '-a', '-F', theirs)).toBe('swarm \nswarm \nwork \nwork \nwork \n'),
      { timeout: 20_000, interval: 200 },
    );
    expect(await person(world, 'list-keys')).not.toContain('-T swarm');
    expect(await person(world, 'show-options', '-t', 'swarm')).not.toMatch(/swarm_|status|key-table/);
    await terminal.press('C-a', ')');
    await terminal.see('[swarm]');
    await terminal.see('pane 42');
    // the next start has a session of its own again
    await terminal.type(`${process.execPath} ${launcher}`);
    await terminal.press('Enter');
    await terminal.see(/▲ approve .* asks /);
    await terminal.press('q');
    await terminal.see('pane 42');
  });

  it('can be left to itself with the prefix, and is found again', async () => {
    await using world = await World.create();
    await world.cli('spawn', 'demo', '/ask permission rm -rf build', '--name', 'asks');
    await using terminal = await openPersonal(world, { columns: 100, rows: 30 });
    await startUi(terminal);
    await terminal.press('C-a', ')');
    await terminal.see('mine>');
    await startUi(terminal);
    expect(await person(world, 'list-sessions', '-F', '#{session_name}')).toBe('swarm\nwork\n');
    await terminal.press('?');
    await terminal.see('── Keys ');
  });
});
