import { HubError } from '@swarm-tui/hub/client';
import { createAgentRecord, FakeHub } from '@swarm-tui/hub/testing';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import type { WorkspaceState } from '../workspace-port.ts';
import { createAppState, noWorkspace } from './app-state.ts';
import { FleetFeed } from './fleet-feed.ts';
import { ScreenFeed } from './screen-feed.ts';
import { Store } from './store.ts';

async function open(columns = 200): Promise<{ hub: FakeHub; store: Store }> {
  const agents = ['a', 'b'].map((id, index) => createAgentRecord({ id, createdAt: index, unread: id === 'b' }));
  const hub = new FakeHub({ agents });
  const store = new Store(createAppState({ size: { columns, rows: 40 }, now: Date.now() }), { now: () => Date.now() });
  const feeds = [new FleetFeed({ hub, store, isSlow: () => false }), new ScreenFeed({ hub, store })];
  onTestFinished(() => {
    for (const feed of feeds) feed[Symbol.dispose]();
  });
  await vi.waitFor(() => expect(store.getState().preview.agentId).not.toBeNull());
  return { hub, store };
}

const asked = (hub: FakeHub, name: Parameters<FakeHub['fleet']['asked']>[0]): readonly unknown[] =>
  hub.fleet.asked(name);

describe('the screen of the agent under the cursor', () => {
  it('is watched, and no longer when the cursor has left it', async () => {
    const { hub, store } = await open();
    store.dispatch({ type: 'cursor.to', key: 'a' });
    await vi.waitFor(() => {
      hub.fleet.show('a', ['screen of a']);
      expect(store.getState().preview.frame?.lines[0]).toBe('screen of a');
    });
    store.dispatch({ type: 'cursor.to', key: 'b' });
    expect(store.getState().preview).toMatchObject({ agentId: 'b', frame: null });
    hub.fleet.show('a', ['late']);
    await vi.waitFor(() => {
      hub.fleet.show('b', ['screen of b']);
      expect(store.getState().preview.frame?.lines[0]).toBe('screen of b');
    });
  });

  it('brings the reasons of its state where the details show them', async () => {
    const { hub, store } = await open();
    await vi.waitFor(() => expect(store.getState().explanation).not.toBeNull());
    expect(asked(hub, 'agent.explain').length).toBeGreaterThan(0);
  });

  it('asks for no reasons where nobody sees them', async () => {
    const { hub } = await open(120);
    await vi.waitFor(() => expect(asked(hub, 'agent.refresh-git')).toHaveLength(1));
    expect(asked(hub, 'agent.explain')).toEqual([]);
  });

  it('counts as seen after a second with the terminal focused', async () => {
    const { hub, store } = await open();
    store.dispatch({ type: 'cursor.to', key: 'b' });
    await vi.waitFor(() => expect(asked(hub, 'agent.seen')).toEqual([{ id: 'b' }]), { timeout: 5000 });
  });

  it('does not count as seen while the terminal looks elsewhere', async () => {
    const { hub, store } = await open();
    store.dispatch({ type: 'terminal.focus', hasFocus: false });
    store.dispatch({ type: 'cursor.to', key: 'b' });
    await vi.waitFor(() => expect(asked(hub, 'agent.refresh-git').length).toBeGreaterThan(0));
    expect(asked(hub, 'agent.seen')).toEqual([]);
  });

  it('is told as seen again when the hub could not take it', async () => {
    const { hub, store } = await open();
    let refusals = 0;
    hub.fleet.answer('agent.seen', async ({ id }) => {
      refusals += 1;
      if (refusals === 1) throw new HubError('runtime-failed', 'The disk is full.');
      hub.fleet.patch(id, { unread: false });
      return {};
    });
    store.dispatch({ type: 'cursor.to', key: 'b' });
    await vi.waitFor(() => expect(asked(hub, 'agent.seen')).toHaveLength(1), { timeout: 5000 });
    await vi.waitFor(
      () => {
        store.dispatch({ type: 'tick' });
        expect(asked(hub, 'agent.seen')).toEqual([{ id: 'b' }, { id: 'b' }]);
      },
      { timeout: 5000 },
    );
  });
});

describe('the agents in panes', () => {
  const panes = [{ paneId: '%5', kind: 'agent', agentId: 'b' } as const];
  const show = (store: Store, patch: Partial<WorkspaceState>): void =>
    store.dispatch({ type: 'workspace', workspace: { ...noWorkspace, panes, ...patch } });
  const endTurn = (hub: FakeHub): void => void hub.fleet.patch('b', { unread: true });

  it.each([
    ['with the keyboard in it', { focusedPaneId: '%5', isZoomed: true }, false],
    ['beside the list with the keyboard', { focusedPaneId: null }, true],
  ])('are seen as soon as their turn ends, %s', async (_where, patch, hasFocus) => {
    const { hub, store } = await open();
    hub.fleet.patch('b', { unread: false });
    store.dispatch({ type: 'terminal.focus', hasFocus });
    show(store, patch);
    endTurn(hub);
    await vi.waitFor(() => expect(hub.fleet.snapshot().agents.find(({ id }) => id === 'b')?.unread).toBe(false));
    expect(asked(hub, 'agent.seen')).toEqual([{ id: 'b' }]);
  });

  it.each([
    ['the terminal looks elsewhere', { focusedPaneId: null }, false],
    ['the list fills the window', { focusedPaneId: null, isZoomed: true }, true],
    ['another pane has the keyboard', { focusedPaneId: '%6' }, false],
  ])('are not seen while %s', async (_why, patch, hasFocus) => {
    const { hub, store } = await open();
    hub.fleet.patch('b', { unread: false });
    store.dispatch({ type: 'terminal.focus', hasFocus });
    show(store, patch);
    endTurn(hub);
    await vi.waitFor(() => expect(store.getState().fleet.agents.get('b')?.unread).toBe(true));
    expect(asked(hub, 'agent.seen')).toEqual([]);
  });
});
