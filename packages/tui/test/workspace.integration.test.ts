import { describe, expect, it } from 'vitest';
import { encodeLeader, type LeaderEntry } from '../src/app/workspace-port.ts';
import { UiWorld } from './ui-world.ts';

const entries: readonly LeaderEntry[] = [
  { key: 'w', title: 'Next that waits', action: { kind: 'app' } },
  { key: 'Space', title: 'Next layout', action: { kind: 'pane', action: 'next-layout' } },
  { key: 'z', title: 'Zoom', action: { kind: 'pane', action: 'zoom' } },
  { key: 'X', title: 'Close', action: { kind: 'pane', action: 'close' } },
  { key: 'q', title: 'Back', action: { kind: 'pane', action: 'back-to-list' } },
  { key: 'Left', title: 'Left', action: { kind: 'pane', action: 'focus-left' } },
  { key: 'Down', title: 'Down', action: { kind: 'pane', action: 'focus-down' } },
];

async function openUi(world: UiWorld, agents: readonly string[] = []) {
  await world.startUi();
  const workspace = await world.openWorkspace(entries);
  const records = [];
  for (const id of agents) records.push(await world.startAgent(id));
  return { workspace, records };
}

const focusedAgent = (world: UiWorld) =>
  world.tmux('ui', 'display-message', '-p', '-t', '=swarm:', '#{@swarm_pane} #{@swarm_agent}');
const panesOf = async (world: UiWorld) =>
  (await world.tmux('ui', 'list-panes', '-t', '=swarm:', '-F', '#{@swarm_pane} #{pane_width}x#{pane_height}')).split(
    '\n',
  );

describe('splits', () => {
  it('open beside and below a dock of 40 columns, and the keyboard stays in the list', async () => {
    const world = new UiWorld();
    const { workspace, records } = await openUi(world, ['one', 'two']);
    const [one, two] = records;
    if (one === undefined || two === undefined) throw new Error('no agents');
    await workspace.openSplit(one, 'right');
    await world.see('main', 'agent one here');
    await workspace.openSplit(two, 'down');
    await world.see('main', 'agent two here');
    expect(await panesOf(world)).toEqual([
      expect.stringMatching(/^list 40x/),
      expect.stringMatching(/^agent 99x/),
      expect.stringMatching(/^agent 99x/),
    ]);
    expect(workspace.state.panes.map((pane) => pane.agentId)).toEqual(['one', 'two']);
    expect(workspace.state.focusedPaneId).toBeNull();
    expect(await focusedAgent(world)).toBe('list ');
  });

  it('close by detaching: the agent goes on, and the list has the window to itself again', async () => {
    const world = new UiWorld();
    const { workspace, records } = await openUi(world, ['one']);
    for (const agent of records) await workspace.openSplit(agent, 'right');
    expect(await world.tmux('ui', 'show-options', '-v', '-t', '=swarm:', 'status')).toBe('on');
    await workspace.closePane(null);
    expect(workspace.state.panes).toEqual([]);
    expect(await world.tmux('agents', 'has-session', '-t', '=one')).toBe('');
    await world.until(async () => expect(await panesOf(world)).toEqual(['list 140x24']));
  });

  it('say in the border who it is, whatever the name holds', async () => {
    const world = new UiWorld();
    const { workspace, records } = await openUi(world, ['one']);
    for (const agent of records) await workspace.openSplit(agent, 'right');
    const name = '#[fg=red]#(touch pwned)#{pane_id},}x';
    workspace.setLabels(
      new Map([
        [
          'one',
          { name, detail: 'codex · local', state: '● working', stateStyle: 'fg=#6cc7d9', since: Date.now() - 65_000 },
        ],
      ]),
    );
    const screen = await world.see('main', name);
    expect(screen.split('\n')[0]).toMatch(
      /^─+ swarm ─+┬─+ 1 #\[fg=red\]#\(touch pwned\)#\{pane_id\},\}x {2}codex · local ─+ ● working 1m ─*$/,
    );
  });

  it('never take a pane that is not ours', async () => {
    const world = new UiWorld();
    const { workspace } = await openUi(world);
    const strange = await world.tmux(
      'ui',
      'split-window',
      '-d',
      '-P',
      '-F',
      '#{pane_id}',
      '-t',
      '=swarm:',
      '--',
      'sh',
      '-c',
      'sleep 600',
    );
    await expect(workspace.closePane(strange)).rejects.toMatchObject({ code: 'no-pane' });
    await expect(workspace.closePane(null)).rejects.toMatchObject({ code: 'no-pane' });
    expect(await world.tmux('ui', 'display-message', '-p', '-t', strange, '#{pane_id}')).toBe(strange);
    expect(workspace.state.panes).toEqual([]);
  });

  it('refuse kindly when there is no room', async () => {
    const world = new UiWorld();
    const { workspace, records } = await openUi(world, ['a1', 'a2', 'a3', 'a4', 'a5', 'a6', 'a7']);
    const tries = [];
    for (const agent of records)
      tries.push(
        await workspace.openSplit(agent, 'down').then(
          () => 'opened',
          (error: { code: string }) => error.code,
        ),
      );
    expect(new Set(tries)).toEqual(new Set(['opened', 'no-room']));
  });
});

describe('the viewer pane', () => {
  it('is turned to another agent on the same terminal, and the keyboard goes with focus', async () => {
    const world = new UiWorld();
    const { workspace, records } = await openUi(world, ['one', 'two']);
    const [one, two] = records;
    if (one === undefined || two === undefined) throw new Error('no agents');
    await workspace.focusAgent(one);
    await world.see('main', 'agent one here');
    const pid = await world.tmux('ui', 'display-message', '-p', '-t', '=swarm:', '#{pane_pid}');
    await workspace.switchViewer(two);
    await world.see('main', 'agent two here');
    expect(await world.tmux('ui', 'display-message', '-p', '-t', '=swarm:', '#{pane_pid} #{@swarm_agent}')).toBe(
      `${pid} two`,
    );
    expect(workspace.state.panes).toHaveLength(1);
    expect(workspace.state.focusedPaneId).toBe(workspace.state.panes[0]?.paneId);
  });

  it('is started anew for an agent on another tmux server', async () => {
    const world = new UiWorld();
    const { workspace, records } = await openUi(world, ['one']);
    await world.tmux('person', 'new-session', '-d', '-s', 'far', '--', 'sh', '-c', 'echo agent far here; exec cat');
    const [one] = records;
    if (one === undefined) throw new Error('no agent');
    await workspace.focusAgent(one);
    await world.see('main', 'agent one here');
    await workspace.focusAgent({
      ...one,
      id: 'far',
      attachArgv: ['tmux', '-L', world.socket('person'), 'attach', '-t', '=far'],
    });
    await world.see('main', 'agent far here');
    expect(workspace.state.panes.map((pane) => pane.agentId)).toEqual(['far']);
  });

  it('fills the screen and comes back', async () => {
    const world = new UiWorld();
    const { workspace, records } = await openUi(world, ['one']);
    for (const agent of records) await workspace.fullScreen(agent);
    expect(workspace.state.isZoomed).toBe(true);
    await workspace.backToList();
    expect(workspace.state).toMatchObject({ isZoomed: false, focusedPaneId: null });
  });
});

describe('layouts', () => {
  it('go from a stack to tiles to one alone, beside the dock', async () => {
    const world = new UiWorld();
    const { workspace, records } = await openUi(world, ['one', 'two', 'three']);
    for (const agent of records) await workspace.openSplit(agent, 'right');
    await workspace.evenOut();
    expect(await panesOf(world)).toEqual(['list 40x22', 'agent 99x6', 'agent 99x7', 'agent 99x7']);
    await workspace.cycleLayout();
    expect((await panesOf(world)).map((pane) => pane.split('x')[0])).toEqual([
      'list 40',
      'agent 49',
      'agent 49',
      'agent 99',
    ]);
    await workspace.cycleLayout();
    expect(workspace.state.isZoomed).toBe(true);
    await workspace.cycleLayout();
    expect(await panesOf(world)).toEqual(['list 40x22', 'agent 99x6', 'agent 99x7', 'agent 99x7']);
  });

  it('put the dock away and bring it back to the left', async () => {
    const world = new UiWorld();
    const { workspace, records } = await openUi(world, ['one', 'two']);
    for (const agent of records) await workspace.openSplit(agent, 'down');
    await workspace.toggleDock();
    expect(workspace.state.isDockShown).toBe(false);
    expect((await panesOf(world)).map((pane) => pane.split(' ')[0])).toEqual(['agent', 'agent']);
    await workspace.backToList();
    expect(await focusedAgent(world)).toBe('list ');
    await workspace.toggleDock();
    expect(workspace.state.isDockShown).toBe(true);
    expect((await panesOf(world))[0]).toMatch(/^list 40x/);
  });

  it('keep the dock at its width when the terminal grows', async () => {
    const world = new UiWorld();
    const { workspace, records } = await openUi(world, ['one']);
    for (const agent of records) await workspace.openSplit(agent, 'right');
    await world.tmux('terminal', 'resize-window', '-t', 'main', '-x', '200', '-y', '50');
    await world.until(async () =>
      expect((await panesOf(world)).map((pane) => pane.split('x')[0])).toEqual(['list 40', 'agent 159']),
    );
  });

  it('swap two panes', async () => {
    const world = new UiWorld();
    const { workspace, records } = await openUi(world, ['one', 'two']);
    for (const agent of records) await workspace.openSplit(agent, 'down');
    expect(workspace.state.panes.map((pane) => pane.agentId)).toEqual(['one', 'two']);
    await workspace.swapPane();
    expect(workspace.state.panes.map((pane) => pane.agentId)).toEqual(['two', 'one']);
  });
});

describe('keys inside an agent', () => {
  it('reach the agent, leader and Ctrl+Q excepted', async () => {
    const world = new UiWorld();
    const { workspace, records } = await openUi(world, ['one']);
    for (const agent of records) await workspace.focusAgent(agent);
    await world.see('main', 'agent one here');
    await world.press('main', 'h', 'i', 'C-b', 'q', 'Enter');
    await world.see('main', /hi\^?B?.?q/);
    await world.press('main', 'C-q');
    await world.until(async () => expect(await focusedAgent(world)).toBe('list '));
    expect(workspace.state.focusedPaneId).toBeNull();
  });

  it('after the leader act in tmux itself or reach the list with the pane they came from', async () => {
    const world = new UiWorld();
    const { workspace, records } = await openUi(world, ['one']);
    for (const agent of records) await workspace.focusAgent(agent);
    const paneId = workspace.state.focusedPaneId ?? '';
    await world.press('main', 'C-]', 'w');
    await world.see('main', encodeLeader('w', paneId).replace('\u001b', '^['));
    await world.press('main', 'C-]', 'z');
    await world.until(async () => expect(workspace.state.isZoomed).toBe(true));
    await world.press('main', 'C-]', 'q');
    await world.until(async () => expect(workspace.state).toMatchObject({ isZoomed: false, focusedPaneId: null }));
  });

  it('pressed twice send the leader', async () => {
    const world = new UiWorld();
    await openUi(world);
    await world.press('main', 'C-]', 'C-]', 'x');
    await world.see('main', '^]x');
  });

  it('close the pane, never the list', async () => {
    const world = new UiWorld();
    const { workspace, records } = await openUi(world, ['one']);
    for (const agent of records) await workspace.focusAgent(agent);
    await world.press('main', 'C-]', 'X');
    await world.until(async () => expect(workspace.state.panes).toEqual([]));
    await world.press('main', 'C-]', 'X', 'k');
    await world.see('main', /list ready\n?.*k/s);
  });

  it('a click on the list moves the keyboard there', async () => {
    const world = new UiWorld();
    const { workspace, records } = await openUi(world, ['one']);
    for (const agent of records) await workspace.focusAgent(agent);
    await world.tmux('terminal', 'send-keys', '-t', 'main', '-l', '\u001b[<0;5;5M\u001b[<0;5;5m');
    await world.until(async () => expect(await focusedAgent(world)).toBe('list '));
  });
});

describe('a list that is killed', () => {
  it('comes back in its pane, beside its splits, and finds them', async () => {
    const world = new UiWorld();
    const { workspace, records } = await openUi(world, ['one']);
    for (const agent of records) await workspace.focusAgent(agent);
    await world.see('main', 'agent one here');
    const list = await world.tmux('ui', 'show-options', '-v', '-t', '=swarm:', '@swarm_list');
    const pidOf = () => world.tmux('ui', 'display-message', '-p', '-t', list, '#{pane_dead} #{pane_pid}');
    const before = await pidOf();
    await workspace[Symbol.asyncDispose]();
    process.kill(Number(before.split(' ')[1]), 'SIGKILL');
    await world.until(async () => {
      const now = await pidOf();
      expect(now).toMatch(/^0 /);
      expect(now).not.toBe(before);
    });
    await world.see('main', /list ready.*agent one here|agent one here.*list ready/s);
    const again = await world.openWorkspace(entries);
    expect(again.state.panes.map((pane) => pane.agentId)).toEqual(['one']);
    await again.closePane(null);
    await world.until(async () => expect(await panesOf(world)).toEqual(['list 140x24']));
  });

  it('ends the session when it was left on purpose', async () => {
    const world = new UiWorld();
    await world.startUi();
    await world.tmux('ui', 'respawn-pane', '-k', '-t', '=swarm:', '--', 'sh', '-c', 'exit 0');
    await world.see('main', /exited|Pane is dead \(status 0/);
    await expect(world.tmux('ui', 'list-sessions')).rejects.toThrow('no server');
  });
});

describe('leaving', () => {
  it('ends the session and our panes, agents go on', async () => {
    const world = new UiWorld();
    const { workspace, records } = await openUi(world, ['one']);
    for (const agent of records) await workspace.focusAgent(agent);
    await workspace.leave();
    await world.see('main', /exited|Pane is dead \(status 0/);
    await expect(world.tmux('ui', 'list-sessions')).rejects.toThrow('no server');
    expect(await world.tmux('agents', 'has-session', '-t', '=one')).toBe('');
  });
});
