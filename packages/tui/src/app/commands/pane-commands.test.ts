import { createAgentRecord } from '@swarm-tui/hub/testing';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { createSheetWorld, type SheetWorld } from '../fixtures/sheet-world.ts';
import { encodeLeader, type WorkspacePane } from '../workspace-port.ts';

const pane = (number: number, agentId: string, kind: WorkspacePane['kind'] = 'agent'): WorkspacePane => ({
  paneId: `%${number}`,
  kind,
  agentId,
});

/** The cursor is on `near`; `far` runs elsewhere. */
async function open(panes: readonly WorkspacePane[] = [], focusedPaneId: string | null = null): Promise<SheetWorld> {
  const local = { runtimeType: 'local', host: 'local' } as const;
  const world = createSheetWorld({
    agents: [
      createAgentRecord({ id: 'near', name: 'near', ...local }),
      createAgentRecord({ id: 'far', name: 'far', runtimeType: 'ssh', host: 'ssh/dgx1', createdAt: Date.now() }),
    ],
  });
  onTestFinished(() => world[Symbol.dispose]());
  await vi.waitFor(() => expect(world.store.getState().hasSnapshot).toBe(true));
  world.workspace.set({ panes, focusedPaneId });
  world.store.dispatch({ type: 'workspace', workspace: world.workspace.state });
  world.store.dispatch({ type: 'cursor.to', key: 'near' });
  return world;
}

const toasts = ({ store }: SheetWorld) => store.getState().toasts.map(({ kind, text }) => `${kind}: ${text}`);

describe('a split', () => {
  it('in the list opens the agent under the cursor, once', async () => {
    const world = await open();
    world.type('|');
    expect(world.workspace.asked).toEqual(['openSplit near right']);
    world.workspace.set({ panes: [pane(5, 'near')] });
    world.store.dispatch({ type: 'workspace', workspace: world.workspace.state });
    world.type('-');
    expect(world.workspace.asked).toHaveLength(1);
    expect(toasts(world)).toEqual(['info: near is open already. Enter goes there, s opens a shell beside it']);
  });

  it('inside a pane opens a shell beside it, wherever the cursor of the list is', async () => {
    const world = await open([pane(5, 'near'), pane(6, 'near', 'shell')], '%6');
    world.store.dispatch({ type: 'cursor.to', key: 'section:working' });
    world.type(encodeLeader('|', '%5') + encodeLeader('-', '%6'));
    expect(world.workspace.asked).toEqual(['openShell near right', 'openShell near down']);
  });

  it('without an agent says so', async () => {
    const world = createSheetWorld({ agents: [] });
    onTestFinished(() => world[Symbol.dispose]());
    world.type('|');
    expect(toasts(world)).toEqual(['info: No agent is selected: move to one with j or k, or start one with n']);
  });
});

describe('a shell beside', () => {
  it('is not offered for an agent that runs elsewhere, and its key says why', async () => {
    const world = await open();
    world.store.dispatch({ type: 'cursor.to', key: 'far' });
    world.type('s');
    expect(world.workspace.asked).toEqual([]);
    expect(toasts(world)).toEqual([
      'info: No shell beside far: it runs on ssh/dgx1, and shells open on this machine only',
    ]);
  });

  it('is for the agent of the pane with the keyboard, not for the one under the cursor', async () => {
    const world = await open([pane(5, 'near')], '%5');
    world.store.dispatch({ type: 'cursor.to', key: 'far' });
    world.type(encodeLeader('s', '%5'));
    expect(world.workspace.asked).toEqual(['openShell near right']);
  });
});

describe('leader keys that were pressed in the list', () => {
  const keys = ['h', 'Left', '[', '/', 'X', 'z'];

  it('are for the last used pane', async () => {
    const world = await open([pane(5, 'near')]);
    for (const key of keys) world.type(encodeLeader(key, '%1'));
    expect(world.workspace.asked).toEqual([
      'focusPane ',
      'focusPane ',
      'lookBack scroll',
      'lookBack search',
      'closePane ',
      'toggleZoom',
    ]);
  });

  it('say that there is none', async () => {
    const world = await open();
    for (const key of keys.slice(0, -1)) {
      world.type(encodeLeader(key, '%1'));
      expect(toasts(world)).toEqual(['info: No pane is open beside the list: Enter opens one']);
      world.store.dispatch({ type: 'toast.hide' });
    }
    expect(world.workspace.asked).toEqual([]);
  });
});

describe('what the workspace refuses', () => {
  it('goes by itself, what is broken stays', async () => {
    const world = await open();
    world.workspace.openSplit = async () => {
      throw Object.assign(new Error('No room.'), { isRefusal: true });
    };
    world.type('|');
    await vi.waitFor(() => expect(toasts(world).at(-1)).toBe('info: No room.'));
    world.workspace.openSplit = async () => {
      throw new Error('tmux is gone');
    };
    world.type('|');
    await vi.waitFor(() => expect(toasts(world).at(-1)).toBe('error: tmux is gone'));
  });
});
