import { EventEmitter } from 'node:events';
import { createAgentRecord, FakeHub } from '@swarm-tui/hub/testing';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { createApp, type RunningApp } from './create-app.ts';
import { createIdleWorkspace, type IdleWorkspace } from './fixtures/idle-workspace.ts';
import { mockFleet } from './fixtures/mock-fleet.ts';
import { encodeLeader } from './workspace-port.ts';

class FakeInput extends EventEmitter {
  isRaw = false;

  setRawMode(isRaw: boolean): void {
    this.isRaw = isRaw;
  }

  resume(): void {}
  pause(): void {}

  type(text: string): void {
    this.emit('data', text);
  }
}

class FakeOutput extends EventEmitter {
  readonly isTTY = true;
  columns: number;
  rows: number;
  text = '';

  constructor(columns: number, rows: number) {
    super();
    this.columns = columns;
    this.rows = rows;
  }

  write(text: string, done?: (error?: Error | null) => void): boolean {
    this.text += text;
    done?.();
    return true;
  }

  resize(columns: number, rows: number): void {
    this.columns = columns;
    this.rows = rows;
    this.emit('resize');
  }

  /** What was written since the last call. */
  take(): string {
    const { text } = this;
    this.text = '';
    return text;
  }
}

interface World {
  readonly app: RunningApp;
  readonly hub: FakeHub;
  readonly input: FakeInput;
  readonly output: FakeOutput;
  readonly workspace: IdleWorkspace;
  readonly copied: string[];
  /** What stood on the terminal when the hub was first asked. */
  readonly firstFrame: () => string;
}

interface WorldOptions {
  /** The agents are known before the app is made. */
  readonly hasFleet?: boolean;
  readonly start?: 'connected' | 'connecting';
  readonly columns?: number;
  readonly rows?: number;
}

function open({ start = 'connected', columns = 120, rows = 40, hasFleet = false }: WorldOptions = {}): World {
  const hub = new FakeHub({ agents: mockFleet(), start });
  const input = new FakeInput();
  const output = new FakeOutput(columns, rows);
  const workspace = createIdleWorkspace();
  const copied: string[] = [];
  let firstFrame = '';
  const watchFleet = hub.watchFleet.bind(hub);
  hub.watchFleet = (listener) => {
    firstFrame = output.text;
    if (hasFleet) listener.snapshot({ seq: 0, agents: mockFleet(), runtimes: [] });
    return watchFleet(listener);
  };
  const app = createApp({
    stdin: input,
    stdout: output,
    hub,
    hasFleet,
    workspace,
    env: { LANG: 'C.UTF-8', TERM: 'xterm-256color', COLORTERM: 'truecolor' },
    config: { hasMotion: false },
    services: {
      copy: async (text) => void copied.push(text),
      edit: async () => null,
      agentEnvironment: () => ({}),
      directory: '/work',
    },
  });
  onTestFinished(() => app[Symbol.asyncDispose]());
  return { app, hub, input, output, workspace, copied, firstFrame: () => firstFrame };
}

const cursor = ({ app }: World): string | null => app.store.getState().list.cursorKey;

async function opened(options?: WorldOptions): Promise<World> {
  const world = open(options);
  await vi.waitFor(() => expect(cursor(world)).toBe('a1'));
  return world;
}

describe('Esc with a key right behind it', () => {
  it('is both of them, also where a sheet is open', async () => {
    const world = await opened();
    const sheet = () => world.app.store.getState().sheet?.kind ?? null;
    world.input.type('x');
    await vi.waitFor(() => expect(sheet()).toBe('choice'));
    world.input.type('\u001b?');
    await vi.waitFor(() => expect(sheet()).toBe('keys'));
    world.input.type('\u001bj');
    expect(sheet()).toBeNull();
    expect(cursor(world)).not.toBe('a1');
  });

  it('stays Alt where that edits a text', async () => {
    const world = await opened();
    world.input.type('m');
    await vi.waitFor(() => expect(world.app.store.getState().sheet?.kind).toBe('message'));
    world.input.type('one two\u001bb');
    expect(world.app.store.getState().sheet?.kind).toBe('message');
  });
});

describe('after a resize', () => {
  it('draws nothing of the old size into the new one', async () => {
    const { output } = await opened({ columns: 120, rows: 40 });
    await vi.waitFor(() => expect(output.text).toContain('│'));
    output.take();
    output.resize(50, 40);
    await vi.waitFor(() => expect(output.text).toContain('\u001b[2J'));
    const drawn = output.text.slice(output.text.indexOf('\u001b[2J'));
    expect(drawn).toContain('payments-re');
    expect(drawn).not.toContain('│');
  });

  it('draws anew where the size is the old one again: the terminal has cut what was drawn', async () => {
    const { output } = await opened();
    output.take();
    output.resize(60, 40);
    output.resize(120, 40);
    await vi.waitFor(() => expect(output.text).toContain('\u001b[2J'));
  });
});

describe('start', () => {
  it('draws a frame before anybody is asked', () => {
    const { firstFrame } = open();
    expect(firstFrame()).toContain('asking the hub');
  });

  it('draws rows at once where the agents are known', () => {
    const { output, firstFrame } = open({ hasFleet: true });
    expect(firstFrame()).toBe('');
    expect(output.text).toContain('payments-retry');
    expect(output.text).not.toContain('asking the hub');
  });

  it('shows the fleet as soon as the hub answers', async () => {
    const world = open({ start: 'connecting' });
    world.hub.connect();
    await vi.waitFor(() => expect(world.output.text).toContain('payments-retry'));
  });

  it('gives the leader table to the workspace', async () => {
    const { workspace } = await opened();
    expect(workspace.table.map(({ key }) => key)).toEqual(expect.arrayContaining(['w', '|', 'q']));
  });

  it('switches the terminal over, and all of it back at the end', async () => {
    const { app, input, output } = await opened();
    expect(input.isRaw).toBe(true);
    const on = output.take();
    await app[Symbol.asyncDispose]();
    const off = output.take();
    for (const mode of ['1049', '1002', '1006', '1004', '2004']) {
      expect(on).toContain(`\u001b[?${mode}h`);
      expect(off).toContain(`\u001b[?${mode}l`);
    }
    expect(off).toContain('\u001b[?25h');
    expect(input.isRaw).toBe(false);
    expect(input.listenerCount('data')).toBe(0);
  });
});

describe('keys', () => {
  it('move the cursor and leave with q', async () => {
    const world = await opened();
    world.input.type('jj');
    expect(cursor(world)).toBe('a3');
    world.input.type('q');
    await world.app.ended;
  });

  it('never act inside a paste', async () => {
    const world = await opened();
    world.input.type('\u001b[200~jjq\r\u001b[201~');
    expect(cursor(world)).toBe('a1');
  });

  it('filter as they are typed', async () => {
    const world = await opened();
    world.input.type('/search');
    expect(cursor(world)).toBe('a6');
    world.input.type('\u001b');
    await vi.waitFor(() => expect(cursor(world)).toBe('a1'));
  });

  it('open, split and copy', async () => {
    const world = await opened();
    world.input.type('jj\r|-As');
    await vi.waitFor(() =>
      expect(world.workspace.asked).toEqual([
        'focusAgent a3',
        'openSplit a3 right',
        'openSplit a3 down',
        'fullScreen a3',
        'openShell a3 right',
      ]),
    );
  });

  it('open an agent that is open already in full screen', async () => {
    const world = await opened();
    world.workspace.set({ panes: [{ paneId: '%7', kind: 'agent', agentId: 'a1' }] });
    world.input.type('\r');
    await vi.waitFor(() => expect(world.workspace.asked).toEqual(['fullScreen a1']));
  });

  it('say what failed and what to do next', async () => {
    const world = await opened();
    world.workspace.openSplit = async () => {
      throw Object.assign(new Error('No room for another pane.'), { hint: 'Close one with ^] X.' });
    };
    world.input.type('|');
    await vi.waitFor(() => expect(world.output.text).toContain('No room for another pane. Close one with ^] X.'));
  });
});

describe('leader keys from inside an agent', () => {
  it('switch the viewer to the next one that waits, seen from that pane', async () => {
    const world = await opened();
    world.workspace.set({ panes: [{ paneId: '%7', kind: 'agent', agentId: 'a2' }], focusedPaneId: '%7' });
    world.input.type(encodeLeader('w', '%7'));
    await vi.waitFor(() => expect(world.workspace.asked).toEqual(['switchViewer a3']));
    expect(cursor(world)).toBe('a3');
  });

  it('go to the next and previous agent, round and round', async () => {
    const world = await opened();
    world.workspace.set({ panes: [{ paneId: '%7', kind: 'agent', agentId: 'a18' }] });
    world.input.type(encodeLeader('n', '%7'));
    await vi.waitFor(() => expect(world.workspace.asked).toEqual(['switchViewer a1']));
    world.input.type(encodeLeader('p', '%7'));
    await vi.waitFor(() => expect(world.workspace.asked.at(-1)).toBe('switchViewer a17'));
  });

  it('focus a pane by its number, else the agent of that row', async () => {
    const world = await opened();
    world.workspace.set({ panes: [{ paneId: '%7', kind: 'agent', agentId: 'a9' }] });
    world.input.type(encodeLeader('1', '%7'));
    await vi.waitFor(() => expect(world.workspace.asked).toEqual(['focusAgent a9']));
    world.input.type(encodeLeader('5', '%7'));
    await vi.waitFor(() => expect(world.workspace.asked.at(-1)).toBe('switchViewer a5'));
  });
});

describe('the mouse', () => {
  const click = (column: number, row: number): string => `\u001b[<0;${column + 1};${row + 1}M`;

  it('selects, then opens', async () => {
    const world = await opened();
    world.input.type(click(20, 4));
    expect(cursor(world)).toBe('a3');
    world.input.type(click(20, 4));
    await vi.waitFor(() => expect(world.workspace.asked).toEqual(['focusAgent a3']));
  });

  it('folds on a heading and filters on the badge', async () => {
    const world = await opened();
    world.input.type(click(4, 1));
    expect(world.app.store.getState().list.folds.has('needs-you')).toBe(true);
    world.input.type(click(5, 0));
    expect(world.app.store.getState().list.isOnlyWaiting).toBe(true);
  });

  it('scrolls what is below the pointer', async () => {
    const world = await opened({ rows: 12 });
    world.input.type('\u001b[<65;10;5M');
    expect(world.app.store.getState().list.top).toBe(3);
  });

  it('runs the hint it clicks', async () => {
    const world = await opened();
    const column = world.output.text.length > 0 ? footerColumn(world, 'keys') : 0;
    world.input.type(click(column, 39));
    expect(world.app.store.getState().sheet?.kind).toBe('keys');
  });
});

function footerColumn({ output }: World, word: string): number {
  const plain = output.text.replace(new RegExp(`${String.fromCharCode(27)}\\[[^A-Za-z]*[A-Za-z]`, 'gu'), '');
  const footer = plain.split('\n').findLast((line) => line.includes('leader ^]')) ?? '';
  return footer.indexOf(word);
}

describe('what comes from outside', () => {
  it('is drawn when an agent changes', async () => {
    const world = await opened();
    world.output.take();
    world.hub.fleet.patch('a7', { text: 'All green now' });
    await vi.waitFor(() => expect(world.output.text).toContain('All green now'));
  });

  it('is drawn in one frame when it comes in a burst', async () => {
    const world = await opened();
    const states: unknown[] = [];
    world.app.store.subscribe(() => states.push(world.app.store.getState().fleet));
    for (let index = 0; index < 200; index += 1) world.hub.fleet.patch('a7', { text: `line ${index}` });
    await vi.waitFor(() => expect(world.app.store.getState().fleet.agents.get('a7')?.text).toBe('line 199'));
    expect(new Set(states).size).toBeLessThan(10);
  });

  it('shows the live screen of the agent under the cursor, with its colours', async () => {
    const world = await opened();
    await vi.waitFor(() => {
      world.hub.fleet.show('a1', ['\u001b[31mhello from a1'], { columns: 160, rows: 50 });
      expect(world.output.text).toContain('hello from a1');
    });
    expect(world.output.text).toMatch(new RegExp(`${String.fromCharCode(27)}\\[31mhello from a1`, 'u'));
  });

  it('never lets a name or text command the terminal', async () => {
    const world = await opened();
    world.output.take();
    world.hub.fleet.put(
      createAgentRecord({ id: 'evil', name: 'a\u001b[2Jb\u202ec\u0007', text: '\u001b]52;c;aGk=\u0007' }),
    );
    await vi.waitFor(() => expect(world.output.text).toContain('a\ufffd[2Jb\ufffdc\ufffd'));
    expect(world.output.text).not.toContain('\u001b]52');
    expect(world.output.text).not.toContain('\u202e');
  });

  it('says so when the hub is lost, and goes on when it is back', async () => {
    const world = await opened();
    world.hub.lose(60_000);
    await vi.waitFor(() => expect(world.output.text).toContain('hub lost'));
    world.input.type('\u000c');
    expect(world.hub.reconnectRequests).toBe(1);
    world.output.take();
    world.hub.connect();
    await vi.waitFor(() => expect(world.output.text).toContain('approve'));
    expect(world.app.store.getState().connection.state).toBe('connected');
  });

  it('lays out anew once when a resize has ended', async () => {
    const world = await opened();
    const sizes: number[] = [];
    world.app.store.subscribe(() => sizes.push(world.app.store.getState().size.columns));
    for (const columns of [110, 100, 90]) world.output.resize(columns, 24);
    await vi.waitFor(() => expect(world.app.store.getState().size).toEqual({ columns: 90, rows: 24 }));
    expect(sizes).not.toContain(100);
    await vi.waitFor(() => expect(world.output.text).toContain('\u001b[H\u001b[2J'));
  });
});

describe('lending the terminal', () => {
  it('draws nothing meanwhile, gives it in its own mode and draws anew afterwards', async () => {
    const world = await opened();
    await world.app.lendTerminal(async () => {
      expect(world.input.isRaw).toBe(false);
      expect(world.output.take()).toContain('\u001b[?1049l');
      world.hub.fleet.patch('a7', { text: 'meanwhile' });
      await vi.waitFor(() => expect(world.app.store.getState().fleet.agents.get('a7')?.text).toBe('meanwhile'));
      expect(world.output.text).toBe('');
    });
    expect(world.input.isRaw).toBe(true);
    await vi.waitFor(() => expect(world.output.text).toContain('meanwhile'));
  });
});
