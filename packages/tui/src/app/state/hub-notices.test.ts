import { HubError } from '@swarm-tui/hub/client';
import { FakeHub } from '@swarm-tui/hub/testing';
import { expect, it, onTestFinished, vi } from 'vitest';
import { createAppState } from './app-state.ts';
import { HubNotices } from './hub-notices.ts';
import { Store } from './store.ts';

function open(hub: FakeHub): { readonly store: Store; readonly texts: () => readonly string[] } {
  const store = new Store(createAppState({ size: { columns: 80, rows: 24 }, now: 0 }), { now: () => 0 });
  const notices = new HubNotices({ hub, store });
  onTestFinished(() => notices[Symbol.dispose]());
  return { store, texts: () => store.getState().toasts.map(({ text }) => text) };
}

it('tells once that the log was damaged, however often the connection is made again', async () => {
  const hub = new FakeHub();
  hub.warning = 'The event log was damaged and set aside.';
  const { texts } = open(hub);
  await vi.waitFor(() => expect(texts()).toEqual(['The event log was damaged and set aside.']));
  hub.lose();
  hub.connect();
  await hub.request('hub.status', {});
  expect(texts()).toHaveLength(1);
});

it('tells that the hub is too new, and what helps', () => {
  const hub = new FakeHub();
  const { texts } = open(hub);
  hub.lose(4000, new HubError('hub-too-new', 'The hub is newer.', { hint: 'Update this program.' }));
  expect(texts()).toEqual(['The hub is newer. Update this program.']);
});

it('says nothing of a plain loss', () => {
  const hub = new FakeHub();
  const { texts } = open(hub);
  hub.lose();
  expect(texts()).toEqual([]);
});
