import { describe, expect, it } from 'vitest';
import type { LeaderEntry } from '../src/app/workspace-port.ts';
import { takeOverScript } from '../src/launch/session-script.ts';
import { UiWorld } from './ui-world.ts';

const entries: readonly LeaderEntry[] = [{ key: 'q', title: 'Back', action: { kind: 'pane', action: 'back-to-list' } }];

const oddConf = `
set -g base-index 1
set -g pane-base-index 1
set -g prefix C-]
set -g prefix2 C-a
set -g default-command 'echo odd command; exec sh'
set -g set-titles on
set -g remain-on-exit on
set -g status-position top
set -g status-left '#(echo odd)'
set -g pane-border-status bottom
set -g detach-on-destroy on
set -g synchronize-panes on
set -g automatic-rename on
set -g mouse off
bind -n M-x display-message hello
bind -n MouseDown1Pane select-pane -t = \\; send-keys -M
bind -n C-^ display-message taken
`;

async function visit(conf: string) {
  const world = new UiWorld({ personConf: conf });
  await world.startPersonTmux();
  const before = await world.personState();
  await world.tmux('terminal', 'send-keys', '-t', 'main', '-l', world.startCommand);
  await world.press('main', 'Enter');
  await world.see('main', 'list ready');
  return { world, before };
}

describe("inside the person's tmux", () => {
  it('is a session of its own there, and leaving brings back the old one with nothing left behind', async () => {
    const { world, before } = await visit(oddConf);
    const workspace = await world.openWorkspace(entries, { server: 'person' });
    const agent = await world.startAgent('one');
    await workspace.focusAgent(agent);
    await world.see('main', 'agent one here');
    const during = await world.personState();
    const { keys: _keys, sessions: _sessions, environment: _environment, ...untouched } = before;
    expect(during).toMatchObject(untouched);
    await workspace.leave();
    await world.see('main', 'my shell $');
    await world.until(async () => expect(await world.personState()).toEqual(before));
  });

  it('takes a leader that neither prefix nor a binding of the person has', async () => {
    const { world } = await visit(oddConf);
    const workspace = await world.openWorkspace(entries, { server: 'person' });
    expect(workspace.state.leader).toBe('^\\');
    expect(workspace.keyNotes.join()).toContain('your tmux prefix');
  });

  it('lets the prefix work on, and other sessions keep their keys', async () => {
    const { world } = await visit('');
    await world.openWorkspace(entries, { server: 'person' });
    const table = await world.tmux('person', 'show-options', '-A', '-v', '-t', '=work:', 'key-table');
    expect(table).toBe('root');
    await world.press('main', 'C-b', 'd');
    await world.until(async () =>
      expect(await world.tmux('person', 'list-clients', '-F', '#{client_control_mode}')).not.toContain('0'),
    );
    expect(await world.tmux('person', 'list-sessions', '-F', '#{session_name}')).toBe('swarm\nwork');
  });

  it('goes into the background with Ctrl+Z in the list', async () => {
    const { world } = await visit('');
    await world.openWorkspace(entries, { server: 'person' });
    await world.press('main', 'C-z');
    await world.see('main', 'my shell $');
    expect(await world.tmux('person', 'list-sessions', '-F', '#{session_name}')).toContain('swarm');
  });

  it('opens on a server of its own where leaving a session would destroy it', async () => {
    const { world } = await visit('set -g destroy-unattached on\n');
    expect(await world.tmux('person', 'list-sessions', '-F', '#{session_name}')).toBe('work');
    expect(await world.tmux('ui', 'list-sessions', '-F', '#{session_name}')).toBe('swarm');
  });

  it('keeps away from a session of the person with the same name', async () => {
    const world = new UiWorld();
    await world.startPersonTmux();
    await world.tmux('person', 'new-session', '-d', '-s', 'swarm', '--', 'sh', '-c', 'echo mine; exec cat');
    await world.tmux('terminal', 'send-keys', '-t', 'main', '-l', world.startCommand);
    await world.press('main', 'Enter');
    await world.see('main', 'list ready');
    expect(await world.tmux('person', 'list-panes', '-t', '=swarm:', '-F', '#{@swarm_pane}')).toBe('');
    expect(await world.tmux('person', 'list-panes', '-t', '=swarm-2:', '-F', '#{@swarm_pane}')).toBe('list');
  });
});

describe('on a server of its own', () => {
  it('opens twice at two sizes, each with its own panes', async () => {
    const world = new UiWorld();
    await world.startUi('small', { columns: 80, rows: 24 });
    await world.startUi('large', { columns: 200, rows: 50 });
    const sizes = await world.tmux(
      'ui',
      'list-windows',
      '-a',
      '-F',
      '#{session_name} #{window_width}x#{window_height}',
    );
    expect(sizes.split('\n')).toEqual(['swarm 80x24', 'swarm-2 200x50']);
  });

  it('takes up a UI whose terminal was closed, splits and all', async () => {
    const world = new UiWorld();
    await world.startUi('first');
    const workspace = await world.openWorkspace(entries);
    await workspace.openSplit(await world.startAgent('one'), 'right');
    await world.tmux('terminal', 'new-session', '-d', '-s', 'keep', '--', 'sh', '-c', 'exec cat');
    await world.tmux('terminal', 'kill-session', '-t', 'first');
    await world.until(async () =>
      expect(await world.tmux('ui', 'list-clients', '-F', '#{client_control_mode}')).not.toContain('0'),
    );
    await world.openTerminal('again', world.startCommand.split(' '));
    await world.see('again', 'agent one here');
    expect(await world.tmux('ui', 'list-sessions', '-F', '#{session_name}')).toBe('swarm');
  });

  it('gives a UI whose terminal was closed to one of two that start at the same moment', async () => {
    const world = new UiWorld();
    await world.startUi('first');
    await world.tmux('terminal', 'new-session', '-d', '-s', 'keep', '--', 'sh', '-c', 'exec cat');
    await world.tmux('terminal', 'kill-session', '-t', 'first');
    await world.until(async () =>
      expect(await world.tmux('ui', 'list-clients', '-F', '#{client_control_mode}')).not.toContain('0'),
    );
    const start = world.startCommand.split(' ');
    await Promise.all([world.openTerminal('left', start), world.openTerminal('right', start)]);
    await world.see('left', 'list ready');
    await world.see('right', 'list ready');
    await world.until(async () =>
      expect((await world.tmux('ui', 'list-clients', '-F', '#{session_name}')).split('\n').toSorted()).toEqual([
        'swarm',
        'swarm-2',
      ]),
    );
  });

  it('leaves alone a UI that another start has claimed since it was looked at', async () => {
    const world = new UiWorld();
    await world.startUi('first');
    const ask = (format: string) => world.tmux('ui', 'display-message', '-p', '-t', '=swarm:', format);
    const [sessionId, listPaneId, before] = (await ask('#{session_id} #{pane_id} #{pane_pid}')).split(' ');
    if (sessionId === undefined || listPaneId === undefined) throw new Error('no session');
    const place = { sessionId, listPaneId, visitor: null, command: ['cat'], env: {}, directory: '/' };
    const takeOver = (seen: string, own: string) =>
      world.tmux('ui', 'source-file', world.write('take-over', takeOverScript({ ...place, claim: { seen, own } })));
    await takeOver('-', '1000-1');
    const winner = await ask('#{pane_pid}');
    expect(winner).not.toBe(before);
    await expect(takeOver('-', '1000-2')).rejects.toThrow("can't find");
    expect(await ask('#{pane_pid} #{@swarm_claim}')).toBe(`${winner} 1000-1`);
  });

  it('gives its panes the environment of the person, secrets never in a command line', async () => {
    const world = new UiWorld();
    const list =
      'printf "list ready [$SWARM_SECRET]\\r\\n"; cat /proc/[0-9]*/cmdline 2>/dev/null | tr "\\0" " " | grep -c "hunter[2]"; exec cat';
    await world.openTerminal('main', [
      'sh',
      '-c',
      'export SWARM_SECRET="$(printf hunter; printf "2 a\\nb")"; export SWARM_TEST_LIST="$1"; shift; exec "$@"',
      'sh',
      list,
      ...world.startCommand.split(' '),
    ]);
    await world.see('main', /list ready \[hunter2 a\nb\]\s+0/);
  });

  it('is suspended by Ctrl+Z in the list and comes back with fg', async () => {
    const world = new UiWorld();
    await world.openTerminal('main', ['sh', '-c', "PS1='my shell $ ' exec bash --norc -i"]);
    await world.see('main', '$');
    await world.tmux('terminal', 'send-keys', '-t', 'main', '-l', world.startCommand);
    await world.press('main', 'Enter');
    await world.see('main', 'list ready');
    await world.openWorkspace(entries);
    await world.press('main', 'C-z');
    await world.see('main', /Stopped/);
    await world.press('main', 'f', 'g', 'Enter');
    await world.see('main', 'list ready');
  });

  it('has no prefix that an agent would miss', async () => {
    const world = new UiWorld();
    await world.startUi();
    const workspace = await world.openWorkspace(entries);
    await workspace.focusAgent(await world.startAgent('one'));
    await world.press('main', 'C-b', 'd', 'Enter');
    await world.see('main', /\^?B?d/);
    expect(workspace.state.panes).toHaveLength(1);
  });
});
