import { HubError } from '@swarm-tui/hub/client';
import { createAgentRecord } from '@swarm-tui/hub/testing';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { createSheetWorld, type SheetWorld, type SheetWorldOptions } from '../fixtures/sheet-world.ts';
import type { DirectoryPort } from '../machine-port.ts';
import type { SheetKind, SheetOf } from '../state/sheet.ts';

const ESC = '\u001b';
const ENTER = '\r';
const since = 1_700_000_000_000;
const working = {
  state: 'working',
  reason: null,
  detail: null,
  since,
  certainty: 'high',
  conflict: false,
  resetsAt: null,
} as const;
const waiting = { ...working, state: 'waiting', reason: 'permission', detail: 'rm -rf build' } as const;

function threeAgents() {
  return [
    createAgentRecord({ id: 'ask', name: 'payments-retry', activity: waiting }),
    createAgentRecord({ id: 'busy', name: 'index-rebuild', activity: working, createdAt: since + 1 }),
    createAgentRecord({ id: 'rest', name: 'api-docs', createdAt: since + 2 }),
  ];
}

async function open(options: Partial<SheetWorldOptions> = {}): Promise<SheetWorld> {
  const world = createSheetWorld({ agents: threeAgents(), ...options });
  onTestFinished(() => world[Symbol.dispose]());
  await vi.waitFor(() => expect(world.store.getState().hasSnapshot).toBe(true));
  return world;
}

function sheetOf<K extends SheetKind>({ store }: SheetWorld, kind: K): SheetOf<K> {
  const { sheet } = store.getState();
  expect(sheet?.kind).toBe(kind);
  return sheet as SheetOf<K>;
}

const toasts = ({ store }: SheetWorld): readonly string[] => store.getState().toasts.map(({ text }) => text);
const asked = ({ hub }: SheetWorld, name: Parameters<SheetWorld['hub']['fleet']['asked']>[0]) => hub.fleet.asked(name);
const until = (check: () => void): Promise<void> => vi.waitFor(check, { timeout: 10_000, interval: 5 });

describe('the quick prompt', () => {
  it('sends to the selected agent and stays open for the next text', async () => {
    const world = await open();
    world.type(' rebase on main');
    expect(world.draw()).toContain(' › to payments-retry  rebase on main▏');
    world.type(ENTER);
    await until(() =>
      expect(asked(world, 'agent.send')).toMatchObject([{ id: 'ask', text: 'rebase on main', submit: true }]),
    );
    expect(sheetOf(world, 'prompt').field.text).toBe('');
    world.type(`and test${ENTER}`);
    await until(() => expect(asked(world, 'agent.send')).toHaveLength(2));
    expect(asked(world, 'agent.send')[1]).toMatchObject({ text: 'and test' });
  });

  it('keeps a draft for each agent over Tab and Esc', async () => {
    const world = await open();
    world.type(' first');
    world.type('\t');
    expect(sheetOf(world, 'prompt')).toMatchObject({ agentId: 'busy', field: { text: '' } });
    world.type('second');
    world.type(ESC);
    expect(world.store.getState().sheet).toBeNull();
    world.type(' ');
    expect(sheetOf(world, 'prompt')).toMatchObject({ agentId: 'busy', field: { text: 'second' } });
    world.type(`${ESC}[Z`);
    expect(sheetOf(world, 'prompt')).toMatchObject({ agentId: 'ask', field: { text: 'first' } });
  });

  it('brings the text back when the hub refused it, and says why', async () => {
    const world = await open();
    world.hub.fleet.answer('agent.send', async () => {
      throw new HubError('not-running', 'It does not run.', { hint: 'R starts it.' });
    });
    world.type(` hello${ENTER}`);
    await until(() => expect(toasts(world)).toEqual(['payments-retry: It does not run. R starts it.']));
    expect(sheetOf(world, 'prompt').field.text).toBe('hello');
    expect(world.draw()).toContain('It does not run. R starts it.');
    world.type(ESC);
    expect(toasts(world)).toEqual([]);
    expect(world.store.getState().sheet?.kind).toBe('prompt');
  });

  it('opens with what was pasted into the list, keys in it run nothing', async () => {
    const world = await open();
    world.type(`${ESC}[200~dq\nx${ESC}[201~`);
    expect(sheetOf(world, 'prompt').field.text).toBe('dq\nx');
    expect(asked(world, 'agent.send')).toEqual([]);
  });

  it('asks the editor for what is too long to show', async () => {
    const world = await open({ edited: 'short now\n' });
    const long = Array.from({ length: 340 }, (_, line) => `line ${line}`).join('\n');
    world.type(' ');
    world.type(`${ESC}[200~${long}${ESC}[201~`);
    expect(world.draw()).toContain('[pasted 340 lines, ^G shows them]');
    world.type('\u0007');
    await until(() => expect(sheetOf(world, 'prompt').field.text).toBe('short now'));
    expect(world.edits).toEqual([long]);
  });

  it('says that it is not sure, in the words that ask to look', async () => {
    const world = await open();
    world.hub.fleet.answer('agent.send', async ({ text }) => ({ id: 'm', text, state: 'uncertain', at: since }));
    world.type(` hello${ENTER}`);
    await until(() => expect(toasts(world)[0]).toContain('Not sure that payments-retry got your message'));
  });
});

describe('a message', () => {
  it('goes to all marked agents, and tells who waits', async () => {
    const world = await open();
    world.hub.fleet.answer('agent.send', async ({ id, text }) => ({
      id: `m-${id}`,
      text,
      state: id === 'ask' ? 'held' : 'accepted',
      at: since,
    }));
    world.type('vjvjv');
    world.type('mrebase on main');
    expect(world.draw()).toContain('Message to 3 agents');
    expect(world.draw()).toContain('payments-retry, index-rebuild, api-docs');
    world.type(ENTER);
    await until(() => expect(asked(world, 'agent.send')).toHaveLength(3));
    await until(() =>
      expect(toasts(world)).toEqual([
        '"rebase on main": 1 held: a dialog, a draft or somebody typing, 2 agents got it',
      ]),
    );
    expect(world.store.getState().sheet).toBeNull();
  });

  it.each([
    ['queued', 'queued for 2'],
    ['echoed', 'typed to 2, not confirmed'],
    ['uncertain', 'not sure that 2 got it'],
  ] as const)('counts none that is %s among those who got it', async (state, told) => {
    const world = await open();
    world.hub.fleet.answer('agent.send', async ({ id, text }) => ({ id: `m-${id}`, text, state, at: since }));
    world.type('vjv');
    world.type(`mgo${ENTER}`);
    await until(() => expect(toasts(world)).toEqual([`"go": ${told}`]));
  });

  it('is told of until it has arrived, one notice for all of them', async () => {
    const world = await open();
    world.hub.fleet.answer('agent.send', async ({ id, text }) => {
      if (id === 'busy') world.hub.fleet.emit({ type: 'message.state', id, messageId: 'm', state: 'typing' });
      return { id: 'm', text, state: 'queued', at: since };
    });
    const move = (id: string, state: 'typing' | 'accepted'): unknown =>
      world.hub.fleet.emit({ type: 'message.state', id, messageId: 'm', state });
    world.type('vjv');
    world.type(`mgo${ENTER}`);
    await until(() => expect(toasts(world)).toEqual(['"go": queued for 1, being typed to 1']));
    move('busy', 'accepted');
    await until(() => expect(toasts(world)).toEqual(['"go": queued for 1, 1 agent got it']));
    move('ask', 'typing');
    move('ask', 'accepted');
    await until(() => expect(toasts(world)).toEqual(['"go": 2 agents got it']));
    expect(world.store.getState().notices.map(({ text }) => text)).toEqual(['"go": 2 agents got it']);
  });

  it('brings no notice back that has gone', async () => {
    const world = await open();
    world.hub.fleet.answer('agent.send', async ({ text }) => ({ id: 'm', text, state: 'queued', at: since }));
    world.type(` go${ENTER}`);
    await until(() => expect(toasts(world)).toEqual(['payments-retry: queued, waits its turn']));
    expect(sheetOf(world, 'prompt').note).toBe('');
    world.store.dispatch({ type: 'toast.read' });
    world.hub.fleet.emit({ type: 'message.state', id: 'ask', messageId: 'm', state: 'accepted' });
    world.hub.fleet.patch('ask', { text: 'went on' });
    await until(() => expect(world.store.getState().fleet.agents.get('ask')?.text).toBe('went on'));
    expect(toasts(world)).toEqual([]);
  });

  it('shows the queue, follows it, and edits it', async () => {
    const world = await open();
    world.hub.fleet.setMessages('ask', [{ id: 'm1', text: 'do it', state: 'held', at: since }]);
    world.type('m');
    await until(() => expect(world.draw()).toContain('"do it"'));
    world.hub.fleet.setMessages('ask', [
      { id: 'm1', text: 'do it', state: 'held', at: since },
      { id: 'm2', text: 'then rest', state: 'queued', at: since },
    ]);
    world.hub.fleet.emit({ type: 'message.queued', id: 'ask', messageId: 'm2', text: 'then rest', submit: true });
    await until(() => expect(world.draw()).toContain('after the one above'));
    world.type('\tjx');
    await until(() => expect(asked(world, 'agent.queue-edit')).toMatchObject([{ messageId: 'm2', action: 'cancel' }]));
    world.type(`k${ENTER}`);
    world.type(` now${ENTER}`);
    await until(() =>
      expect(asked(world, 'agent.queue-edit')[1]).toMatchObject({
        messageId: 'm1',
        action: 'replace',
        text: 'do it now',
      }),
    );
  });

  it('lets the person say that a message in doubt arrived, and nothing else', async () => {
    const world = await open();
    world.hub.fleet.setMessages('ask', [{ id: 'm1', text: 'do it', state: 'uncertain', at: since }]);
    world.type('m');
    await until(() => expect(world.draw()).toContain('not sure that it arrived'));
    world.type('\tx');
    world.type('a');
    await until(() => expect(asked(world, 'agent.queue-edit')).toMatchObject([{ messageId: 'm1', action: 'arrived' }]));
  });

  it('is opened from inside an agent for that agent, and takes the keyboard to the list', async () => {
    const world = await open();
    const panes = [{ paneId: '%5', kind: 'agent', agentId: 'rest' } as const];
    world.workspace.set({ panes, focusedPaneId: '%5' });
    world.store.dispatch({ type: 'workspace', workspace: world.workspace.state });
    world.type(`${ESC}[>7;${'m'.codePointAt(0)};5y`);
    expect(sheetOf(world, 'message').agentIds).toEqual(['rest']);
    expect(world.workspace.asked).toEqual(['backToList']);
    world.type(ESC);
    expect(world.workspace.asked).toEqual(['backToList', 'focusPane %5 false']);
  });
});

const labels40 = {
  delete: [
    '   Remove the agent, keep the worktree',
    '     nothing is lost',
    '   Remove the agent and its worktree',
    '   Stop it and keep the row',
  ],
  stop: ['   Stop it and keep the row', '     nothing is lost'],
  restart: ['   Restart it from nothing', '     the conversation is left behind'],
  interrupt: ['   Interrupt it', '     what it waits for is called off'],
} as const;

const lastNote40 = {
  delete: '1 file lost after 30s',
  stop: 'nothing is lost',
  restart: 'the conversation is left behind',
  interrupt: 'what it waits for is called off',
} as const;

describe('careful keys', () => {
  const dirty = { git: null, unpushedCommits: [], isRunning: true, hasWorktree: true, reasons: [] };
  const files = [{ path: 'src/a.ts', added: 4, removed: 1 }];

  it('delete asks, keeps the worktree at first, and is undone with u', async () => {
    const world = await open();
    world.hub.fleet.answer('agent.loss', async ({ id }) => ({ ...dirty, id, dirtyFiles: files }));
    world.type('d');
    await until(() => expect(world.draw()).toContain('src/a.ts +4 −1'));
    expect(world.draw()).toContain('▌ Leave it as it is');
    world.type(ENTER);
    expect(asked(world, 'agent.remove')).toEqual([]);
    world.type('d');
    await until(() => expect(world.draw()).toContain('src/a.ts +4 −1'));
    world.type(`j${ENTER}`);
    await until(() =>
      expect(asked(world, 'agent.remove')).toMatchObject([
        { id: 'ask', worktree: 'keep', force: false, undoMs: 30_000 },
      ]),
    );
    await until(() => expect(world.draw()).toContain('payments-retry removed, its worktree is kept.'));
    await until(() => expect(world.store.getState().fleet.agents.has('ask')).toBe(false));
    world.type('u');
    await until(() => expect(asked(world, 'agent.undo-remove')).toEqual([{ id: 'ask' }]));
    await until(() => expect(world.store.getState().fleet.agents.has('ask')).toBe(true));
  });

  it('delete takes the worktree only when that was chosen with its loss on the screen', async () => {
    const world = await open();
    const fingerprint = 'as shown';
    world.hub.fleet.answer('agent.loss', async ({ id }) => ({ ...dirty, id, dirtyFiles: files, fingerprint }));
    world.type('d');
    await until(() => expect(world.draw()).toContain('1 file lost after 30s'));
    world.type(`jj${ENTER}`);
    await until(() =>
      expect(asked(world, 'agent.remove')).toMatchObject([{ worktree: 'remove', force: true, seen: 'as shown' }]),
    );
  });

  it('delete tells what git does not count as a change, and takes it only as it was shown', async () => {
    const world = await open();
    const reasons = ['1 ignored file (.env)', '1 changed submodule (lib)'];
    const loss = { ...dirty, dirtyFiles: [], reasons, fingerprint: 'as shown' };
    world.hub.fleet.answer('agent.loss', async ({ id }) => ({ ...loss, id }));
    world.type('d');
    await until(() => expect(world.draw()).toContain('1 ignored file (.env)'));
    expect(world.draw()).toContain('1 changed submodule (lib)');
    world.type(`jj${ENTER}`);
    await until(() =>
      expect(asked(world, 'agent.remove')).toMatchObject([{ worktree: 'remove', force: true, seen: 'as shown' }]),
    );
  });

  it('delete forces nothing where only commits are not pushed', async () => {
    const world = await open();
    const unpushedCommits = [{ hash: 'c1', subject: 'Add it', at: since }];
    world.hub.fleet.answer('agent.loss', async ({ id }) => ({ ...dirty, id, dirtyFiles: [], unpushedCommits }));
    world.type('d');
    await until(() => expect(world.draw()).toContain('commits stay on their branch'));
    world.type(`jj${ENTER}`);
    await until(() => expect(asked(world, 'agent.remove')).toMatchObject([{ worktree: 'remove', force: false }]));
  });

  it('delete keeps an agent without a worktree unless that is chosen', async () => {
    const world = await open();
    world.type('d');
    await until(() => expect(asked(world, 'agent.loss')).toHaveLength(1));
    expect(world.draw()).toContain('▌ Leave it as it is');
    world.type(ENTER);
    expect(asked(world, 'agent.remove')).toEqual([]);
    world.type(`dj${ENTER}`);
    await until(() => expect(asked(world, 'agent.remove')).toMatchObject([{ id: 'ask', worktree: 'keep' }]));
  });

  it('R starts a stopped agent at once, and the keys say so', async () => {
    const world = await open();
    const isCareful = (): boolean => {
      const drawn = world.draw();
      expect(drawn).toContain('R      restart');
      return drawn.indexOf('R      restart') > drawn.indexOf('Careful: these ask');
    };
    world.type('?');
    expect(isCareful()).toBe(true);
    world.type(ESC);
    world.hub.fleet.patch('ask', { lifecycle: 'stopped' });
    await until(() => expect(world.store.getState().fleet.agents.get('ask')?.lifecycle).toBe('stopped'));
    world.type('?');
    expect(isCareful()).toBe(false);
    world.type(ESC);
    world.type('R');
    await until(() => expect(asked(world, 'agent.restart')).toMatchObject([{ id: 'ask', mode: 'resume' }]));
  });

  it('Esc leaves everything as it is', async () => {
    const world = await open();
    for (const key of ['d', 'x', 'R', 'I']) {
      world.type(key);
      expect(world.store.getState().sheet?.kind).toBe('choice');
      world.type(ESC);
    }
    expect(world.store.getState().sheet).toBeNull();
    for (const name of ['agent.remove', 'agent.stop', 'agent.restart', 'agent.interrupt'] as const)
      expect(asked(world, name)).toEqual([]);
  });

  it('preselects to leave an agent as it is, whether it works or rests', async () => {
    const world = await open();
    world.type('jx');
    expect(world.draw()).toContain('▌ Let it work');
    world.type(`${ENTER}jx`);
    expect(world.draw()).toContain('▌ Leave it as it is');
    world.type(`${ENTER}I${ENTER}R${ENTER}`);
    for (const name of ['agent.stop', 'agent.interrupt', 'agent.restart'] as const)
      expect(asked(world, name)).toEqual([]);
    world.type(`xj${ENTER}`);
    await until(() => expect(asked(world, 'agent.stop')).toMatchObject([{ id: 'rest' }]));
    await until(() => expect(toasts(world)).toEqual(['api-docs stopped, R starts it again']));
  });

  it('acts on all marked and says so; one failure is told by name', async () => {
    const world = await open();
    world.hub.fleet.answer('agent.interrupt', async ({ id }) => {
      if (id === 'rest') throw new HubError('not-running', 'It does not run.');
      return {};
    });
    world.type('vjvjvI');
    expect(world.draw()).toContain('Interrupt 3 agents?');
    world.type(`j${ENTER}`);
    await until(() => expect(toasts(world)).toEqual(['api-docs: It does not run.  2 agents interrupted']));
  });

  it('are chosen by a click, and done by a second one', async () => {
    const world = await open();
    world.type('jx');
    const row = (): number =>
      world
        .draw()
        .split('\n')
        .findIndex((line) => line.includes('Stop it and keep')) + 1;
    world.type(`${ESC}[<0;8;${row()}M`);
    expect(world.draw()).toContain('▌ Stop it and keep the row');
    expect(asked(world, 'agent.stop')).toEqual([]);
    world.type(`${ESC}[<0;8;${row()}M`);
    await until(() => expect(asked(world, 'agent.stop')).toMatchObject([{ id: 'busy' }]));
  });

  const ids = ['delete', 'stop', 'restart', 'interrupt'] as const;
  it.each(ids)('%s asks with the same first answer, all of it to be read in 40 columns', async (id) => {
    const world = await open({ columns: 40, rows: 30 });
    world.hub.fleet.answer('agent.loss', async ({ id: agent }) => ({ ...dirty, id: agent, dirtyFiles: files }));
    world.type(`:${id}${ENTER}`);
    await until(() => expect(world.draw()).toContain('▌ Leave it as it is'));
    await until(() => expect(world.draw()).toContain(lastNote40[id]));
    const drawn = world.draw();
    expect(drawn).not.toContain('…');
    expect(drawn.split('\n').map((line) => line.trimEnd())).toEqual(expect.arrayContaining([...labels40[id]]));
  });

  it('are clicked where they stand, also when they take several lines', async () => {
    const world = await open({ columns: 40, rows: 30 });
    world.hub.fleet.answer('agent.loss', async ({ id }) => ({ ...dirty, id, dirtyFiles: files }));
    world.type('d');
    await until(() => expect(world.draw()).toContain('1 file lost after 30s'));
    const row =
      world
        .draw()
        .split('\n')
        .findIndex((line) => line.includes('1 file lost')) + 1;
    world.type(`${ESC}[<0;8;${row}M`);
    expect(sheetOf(world, 'choice').chosen).toBe('remove-tree');
  });

  it('restart promises a conversation only where the provider can go on with it', async () => {
    const machine = {
      directory: '',
      tmuxVersion: null,
      providers: [{ id: 'codex', isInstalled: true, version: null, canResume: true, canContinue: true }],
    };
    const agents = [
      createAgentRecord({ id: 'own', provider: 'codex', conversationId: 'c1' }),
      createAgentRecord({ id: 'sh', provider: 'shell', createdAt: since + 1 }),
      createAgentRecord({ id: 'latest', provider: 'codex', createdAt: since + 2 }),
    ];
    const world = await open({ agents });
    world.store.dispatch({ type: 'machine', machine });
    const questionFor = (key: string): string => {
      world.store.dispatch({ type: 'cursor.to', key });
      world.type('R');
      const drawn = world.draw();
      world.type(ESC);
      return drawn;
    };
    expect(questionFor('own')).toMatch(/Its conversation goes on\.[^]*Restart it on its conversation/u);
    expect(questionFor('sh')).toMatch(/It begins from nothing\.[^]*Restart it +what it holds in memory is lost/u);
    expect(questionFor('sh')).not.toMatch(/conversation/u);
    expect(questionFor('latest')).toMatch(
      /The latest conversation of its directory goes on\.[^]*Restart it from nothing/u,
    );
    world.type('vkvkv');
    expect(questionFor('sh')).toContain('Conversations go on where their providers can.');
  });

  it('undoes a delete of many as one', async () => {
    const world = await open();
    world.type('vjvd');
    await until(() => expect(asked(world, 'agent.loss')).toHaveLength(2));
    world.type(`j${ENTER}`);
    await until(() => expect(world.store.getState().undo?.agentIds.toSorted()).toEqual(['ask', 'busy']));
    world.type('u');
    await until(() => expect(asked(world, 'agent.undo-remove')).toHaveLength(2));
  });

  it('revives what does not run without a question, with the environment of here', async () => {
    const world = await open({ agents: [createAgentRecord({ id: 'off', lifecycle: 'stopped' })] });
    world.type('R');
    await until(() =>
      expect(asked(world, 'agent.restart')).toEqual([{ id: 'off', mode: 'resume', env: { LANG: 'C.UTF-8' } }]),
    );
  });
});

describe('a new agent', () => {
  const directories: DirectoryPort = {
    complete: async (prefix) => ['/work/shop-api/', '/work/shop-web/'].filter((path) => path.startsWith(prefix)),
    resolve: (path) => path.replace(/^~/u, '/home/me'),
    shorten: (path) => path,
    describe: async () => ({ repository: '/work/here', branch: 'main', branches: ['main', 'old'] }),
  };

  it('is named after its task and starts with Enter, the cursor on it', async () => {
    const world = await open({ services: { directories } });
    world.type('nRetry card payments 3 times, with backoff');
    expect(sheetOf(world, 'new-agent').form.name.text).toBe('retry-card-payments-3');
    world.type(ENTER);
    await until(() =>
      expect(asked(world, 'agent.spawn')).toMatchObject([
        {
          aiProvider: 'demo',
          name: 'retry-card-payments-3',
          task: 'Retry card payments 3 times, with backoff',
          workingDirectory: '/work/here',
          runtimeId: 'local',
          autoPilot: false,
          env: { LANG: 'C.UTF-8' },
        },
      ]),
    );
    await until(() => expect(world.store.getState().sheet).toBeNull());
  });

  it('takes a branch of its own, autopilot and a model, and remembers them for the directory', async () => {
    const world = await open({ services: { directories } });
    world.type('nFix it');
    await until(() => expect(sheetOf(world, 'new-agent').place).not.toBeNull());
    const down = `${ESC}[B`;
    const right = `${ESC}[C`;
    world.type(`${down}${down}${down}${right}${down}${down}${right}${down}opus${ENTER}`);
    await until(() =>
      expect(asked(world, 'agent.spawn')).toMatchObject([
        { worktree: { branch: 'fix-it' }, autoPilot: true, aiModel: 'opus' },
      ]),
    );
    await until(() => expect(world.store.getState().sheet).toBeNull());
    world.type('n');
    expect(sheetOf(world, 'new-agent').form).toMatchObject({
      worktree: 'new',
      permission: 'autopilot',
      model: { text: 'opus' },
      task: { text: '' },
    });
  });

  it('says who works in the same directory', async () => {
    const agents = [createAgentRecord({ id: 'a', name: 'auth-refresh', directory: '/work/here' })];
    const world = await open({ agents, services: { directories } });
    world.type('n');
    await until(() => expect(world.draw()).toContain('Overlap auth-refresh: same directory, same files.'));
  });

  it('completes the directory with Tab', async () => {
    const world = await open({ services: { directories } });
    world.type('n\t\t');
    world.type('\u0015/wo\t');
    await until(() => expect(sheetOf(world, 'new-agent').form.directory.text).toBe('/work/shop-'));
    expect(world.draw()).toContain('Tab: shop-api  shop-web');
    world.type('a\t');
    await until(() => expect(sheetOf(world, 'new-agent').form.directory.text).toBe('/work/shop-api/'));
  });

  it('keeps what was filled in when the hub refuses, and as a draft on Esc', async () => {
    const world = await open({ services: { directories } });
    world.hub.fleet.answer('agent.spawn', async () => {
      throw new HubError('runtime-failed', 'No such directory.');
    });
    world.type(`nFix it${ENTER}`);
    await until(() => expect(toasts(world)).toEqual(['No such directory.']));
    expect(sheetOf(world, 'new-agent')).toMatchObject({ isStarting: false, form: { task: { text: 'Fix it' } } });
    world.type(ESC);
    world.type(ESC);
    world.type('n');
    expect(sheetOf(world, 'new-agent').form.task.text).toBe('Fix it');
  });

  it('offers what is installed first, then the built-in ones', async () => {
    const world = await open({ services: { directories } });
    const providers = [
      { id: 'aider', isInstalled: false, version: null },
      { id: 'claude', isInstalled: true, version: null },
    ];
    world.store.dispatch({ type: 'machine', machine: { providers, directory: '', tmuxVersion: null } });
    world.type(`n${ESC}[A`);
    const seen = Array.from({ length: 4 }, () => {
      const { provider } = sheetOf(world, 'new-agent').form;
      world.type(`${ESC}[C`);
      return provider;
    });
    expect(seen).toEqual(['claude', 'demo', 'shell', 'aider']);
  });
});

describe('the palette', () => {
  it('starts an agent from words', async () => {
    const world = await open();
    world.type(`:spawn codex "fix the flaky test" --worktree${ENTER}`);
    await until(() =>
      expect(asked(world, 'agent.spawn')).toMatchObject([
        {
          aiProvider: 'codex',
          task: 'fix the flaky test',
          worktree: { branch: 'fix-the-flaky-test' },
          workingDirectory: '/work/here',
        },
      ]),
    );
  });

  it('says what it does not understand instead of starting something else', async () => {
    const world = await open();
    world.type(`:spawn codex x --wortree${ENTER}`);
    await until(() => expect(toasts(world)).toEqual(['spawn does not know --wortree']));
    expect(asked(world, 'agent.spawn')).toEqual([]);
  });

  it('filters by words, and completes names with Tab', async () => {
    const world = await open();
    world.type(':filt\t');
    expect(sheetOf(world, 'palette').field.text).toBe('filter ');
    world.type(`state:wai\t`);
    expect(sheetOf(world, 'palette').field.text).toBe('filter state:waiting ');
    world.type(ENTER);
    await until(() => expect(world.store.getState().list.content.matching).toBe(1));
  });

  it('brings back what was run before with Up', async () => {
    const world = await open();
    world.type(`:filter api${ENTER}${ESC}`);
    world.type(`\u0010${ESC}[A`);
    expect(sheetOf(world, 'palette').field.text).toBe('filter api');
  });

  it('starts the simulated agents and shows the findings of doctor', async () => {
    const machine = {
      look: async () => ({ providers: [], directory: '', tmuxVersion: null }),
      doctor: async () => 'ok   tmux         3.4\nfail gemini \u001b[31mlogin expired',
      hubLog: async () => '',
      demoFleet: [
        { name: 'one', task: '/work 1' },
        { name: 'two', task: '/work 2' },
      ],
    };
    const world = await open({ services: { machine } });
    world.type(`:demo${ENTER}`);
    await until(() => expect(asked(world, 'agent.spawn')).toHaveLength(2));
    world.type(`:doctor${ENTER}`);
    await until(() => expect(world.draw()).toContain('fail gemini �[31mlogin expired'));
    world.type('y');
    await until(() => expect(world.copied).toHaveLength(1));
    world.type(ESC);
    expect(world.store.getState().sheet).toBeNull();
  });
});

describe('small sheets', () => {
  it('renames, and stays with the reason while a name is refused', async () => {
    const world = await open();
    world.hub.fleet.answer('agent.rename', async ({ id, name }) => {
      if (name !== 'api-docs') return world.hub.fleet.patch(id, { name });
      throw new HubError('name-taken', 'There is an agent "api-docs" already.', { hint: 'Choose another name.' });
    });
    world.type(`r\u0015api-docs${ENTER}`);
    await until(() =>
      expect(sheetOf(world, 'rename')).toMatchObject({
        field: { text: 'api-docs' },
        problem: 'There is an agent "api-docs" already. Choose another name.',
      }),
    );
    expect(world.draw()).toContain('There is an agent "api-docs" already. Choose another name.');
    expect(world.store.getState().fleet.agents.get('ask')?.name).toBe('payments-retry');
    world.type('-2');
    expect(sheetOf(world, 'rename').problem).toBe('');
    world.type(ENTER);
    await until(() => expect(world.store.getState().sheet).toBeNull());
    expect(asked(world, 'agent.rename')).toEqual([
      { id: 'ask', name: 'api-docs' },
      { id: 'ask', name: 'api-docs-2' },
    ]);
    expect(toasts(world)).toEqual([]);
  });

  it('copies the attach command with yy, the visible text with yt', async () => {
    const world = await open();
    world.hub.fleet.show('ask', ['hello   ', 'world', '']);
    world.type('yy');
    await until(() => expect(world.copied).toEqual(['tmux -L swarm-agents attach -t =payments-retry']));
    world.type('yt');
    await until(() => expect(world.copied[1]).toBe('hello\nworld'));
  });

  it('explains the state, and says when it cannot', async () => {
    const world = await open();
    world.type('i');
    await until(() => expect(world.draw()).toContain('Because the test says so'));
    world.type('y');
    await until(() => expect(world.copied[0]).toContain('payments-retry  why this state'));
    world.type(ESC);
    world.hub.fleet.answer('agent.explain', async () => {
      throw new HubError('runtime-failed', 'tmux is gone.');
    });
    world.type('i');
    await until(() => expect(world.draw()).toContain('tmux is gone.'));
  });

  it('begins with the first run, and Enter takes what is chosen', async () => {
    const world = await open({ agents: [] });
    expect(world.draw()).toContain('▌ Start an agent here');
    world.type('jj');
    expect(world.draw()).toContain('▌ Check this machine');
    world.type(ENTER);
    await until(() => expect(sheetOf(world, 'text').title).toBe('Doctor'));
  });
});

describe('the keys', () => {
  it('of the leader are shown to who asks from inside an agent, who is back there after Esc', async () => {
    const world = await open();
    const panes = [{ paneId: '%5', kind: 'agent', agentId: 'rest' } as const];
    world.workspace.set({ panes, focusedPaneId: '%5', isZoomed: true });
    world.store.dispatch({ type: 'workspace', workspace: world.workspace.state });
    world.type(`${ESC}[>7;${'?'.codePointAt(0)};5y`);
    await until(() => expect(world.draw()).toContain('Keys behind the leader ^]'));
    expect(world.draw()).toContain('Copy mode');
    expect(world.workspace.asked).toEqual(['backToList', 'widenList true']);
    world.type(ESC);
    expect(world.workspace.asked).toEqual(['backToList', 'widenList true', 'widenList false', 'focusPane %5 true']);
    world.type('?');
    world.type(ESC);
    expect(world.workspace.asked.slice(4)).toEqual(['widenList true', 'widenList false']);
  });

  it('leave the keyboard in the list when they were asked for there', async () => {
    const world = await open();
    world.type(`${ESC}[>7;${'?'.codePointAt(0)};1y`);
    world.type(ESC);
    expect(world.workspace.asked).toEqual([]);
  });

  it('are searched after /, and Esc first ends the search', async () => {
    const world = await open();
    world.type('?/interr');
    expect(sheetOf(world, 'keys').search).toBe('interr');
    expect(world.draw()).toContain('I      interrupt');
    expect(world.draw()).not.toContain('W      only');
    world.type(ESC);
    expect(sheetOf(world, 'keys').search).toBe('');
    world.type('?');
    expect(world.store.getState().sheet).toBeNull();
  });

  it('behind the leader are the same sheet: it scrolls, and / finds what is pressed in the list too', async () => {
    const world = await open();
    world.type(`${ESC}[>7;${'?'.codePointAt(0)};5y`);
    await until(() => expect(world.draw()).toContain('Keys behind the leader ^]'));
    world.type('jj');
    expect(sheetOf(world, 'keys')).toMatchObject({ search: '', scroll: 2, isLeader: true });
    world.type('/rename\r');
    expect(sheetOf(world, 'keys')).toMatchObject({ search: 'rename', isSearching: false });
    expect(world.draw()).toContain('^Q r   rename');
    world.type(ESC);
    expect(sheetOf(world, 'keys').search).toBe('');
  });

  it('say where one is, scroll to their end and no further, and close', async () => {
    const world = await open({ columns: 80, rows: 24 });
    world.type('?');
    const position = (): string => /\d+–\d+ of \d+/u.exec(world.draw())?.[0] ?? '';
    const [, last = '', all = ''] = /1–(\d+) of (\d+)/u.exec(position()) ?? [];
    expect(Number(last)).toBeLessThan(Number(all));
    world.type('G');
    expect(position()).toContain(`–${all} of ${all}`);
    world.type('jjjjk');
    expect(position()).toContain(`–${Number(all) - 1} of ${all}`);
    world.type(`${ESC}[5~${ESC}[5~${ESC}[5~${ESC}[5~${ESC}[5~${ESC}[5~`);
    expect(position()).toContain(`1–${last} of ${all}`);
    world.type('q');
    expect(world.store.getState().sheet).toBeNull();
  });
});

describe('notices', () => {
  it('are all read in a sheet, newest first, and need not be hidden then', async () => {
    const world = await open();
    world.store.dispatch({ type: 'toast', kind: 'info', text: 'The leader is Ctrl+] here' });
    world.store.dispatch({ type: 'toast', kind: 'error', text: 'config.toml line 3: no such colour' });
    world.type(':notices\r');
    const drawn = world.draw();
    expect(drawn).toMatch(/error {2}config\.toml line 3: no such colour[^]*info {3}The leader is Ctrl\+\] here/u);
    expect(toasts(world)).toEqual([]);
    world.type(ESC);
    expect(world.store.getState().sheet).toBeNull();
  });

  it('of a long text are read to their end', async () => {
    const world = await open();
    world.store.dispatch({ type: 'toast', kind: 'error', text: `${'word '.repeat(900)}the end` });
    world.type(':notices\r');
    expect(world.draw()).not.toContain('the end');
    world.type('G');
    expect(world.draw()).toContain('the end');
  });
});

describe('hostile texts', () => {
  const evil = `x\u001b]0;owned\u0007\u202e#{pane_id}$(reboot)\u0000${'日'.repeat(3000)}`;

  it('never reach the terminal raw, in any sheet', async () => {
    const agents = [
      createAgentRecord({
        id: 'ask',
        name: evil,
        directory: evil,
        text: evil,
        attachCommand: evil,
        activity: { ...waiting, detail: evil },
      }),
    ];
    const world = await open({ agents });
    world.hub.fleet.setMessages('ask', [{ id: 'm1', text: evil, state: 'held', at: since }]);
    world.hub.fleet.answer('agent.loss', async ({ id }) => ({
      id,
      git: null,
      dirtyFiles: [{ path: evil, added: 1, removed: 1 }],
      unpushedCommits: [{ hash: 'a', subject: evil, at: since }],
      isRunning: true,
      hasWorktree: true,
      reasons: [],
    }));
    for (const key of [' ', 'm', 'd', 'x', 'I', 'R', 'y', 'i', 'r', 'n', ':', '?']) {
      world.type(key);
      expect(world.store.getState().sheet).not.toBeNull();
      await new Promise((resolve) => setImmediate(resolve));
      const drawn = world.draw();
      // oxlint-disable-next-line no-control-regex -- exactly these must not come through
      expect(drawn).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/u);
      expect(drawn.split('\n')).toHaveLength(40);
      world.type(ESC);
      expect(world.store.getState().sheet).toBeNull();
    }
  });

  it('are sent as they are', async () => {
    const world = await open();
    const text = '-n; $(reboot) `x` #{pane_id} "\'\\ é日👩‍👩‍👧';
    world.type(' ');
    world.type(`${ESC}[200~${text}${ESC}[201~${ENTER}`);
    await until(() => expect(asked(world, 'agent.send')).toMatchObject([{ text }]));
  });
});
