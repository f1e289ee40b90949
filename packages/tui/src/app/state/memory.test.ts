import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { createAppState } from './app-state.ts';
import { MemoryKeeper } from './memory-keeper.ts';
import { emptyMemory, type FormMemory, parseMemory, rememberForm, rememberLine } from './memory.ts';
import { Store } from './store.ts';

const form: FormMemory = { provider: 'codex', worktree: 'new', runtimeId: 'local', permission: 'ask', model: '' };

describe('what is remembered', () => {
  it('is read as far as it can be understood', () => {
    expect(parseMemory(undefined)).toEqual(emptyMemory);
    expect(parseMemory('x')).toEqual(emptyMemory);
    expect(
      parseMemory({ forms: { '/a': { provider: 1 } }, palette: ['filter x'], drafts: { 'message:a': 'hi' } }),
    ).toEqual({
      forms: {},
      palette: ['filter x'],
      drafts: { 'message:a': 'hi' },
    });
  });

  it('moves a line that was run again to the end, and keeps the last hundred', () => {
    const lines = Array.from({ length: 120 }, (_, index) => `filter ${index}`);
    const memory = [...lines, 'filter 50'].reduce(rememberLine, emptyMemory);
    expect(memory.palette).toHaveLength(100);
    expect(memory.palette.at(-1)).toBe('filter 50');
    expect(memory.palette.filter((line) => line === 'filter 50')).toHaveLength(1);
  });

  it('forgets the oldest places', () => {
    const places = Array.from({ length: 201 }, (_, index) => `/p${index}`);
    const memory = places.reduce((next, place) => rememberForm(next, place, form), emptyMemory);
    expect(Object.keys(memory.forms)).toHaveLength(200);
    expect(memory.forms['/p0']).toBeUndefined();
    expect(memory.forms['/p200']).toEqual(form);
  });
});

describe('the keeper', () => {
  function open(load: () => Promise<unknown>) {
    const store = new Store(createAppState({ size: { columns: 80, rows: 24 }, now: 0 }), { now: () => 0 });
    const saved: unknown[] = [];
    const save = async (memory: unknown): Promise<void> => void saved.push(memory);
    const keeper = new MemoryKeeper({ store, port: { load, save } });
    onTestFinished(() => keeper[Symbol.dispose]());
    return { store, saved, keeper };
  }

  it('brings back drafts, but not over what was typed since', async () => {
    const { store } = open(async () => ({ drafts: { 'message:a': 'old', 'message:b': 'kept' } }));
    store.dispatch({ type: 'draft', key: 'message:a', text: 'new' });
    await vi.waitFor(() => expect(store.getState().drafts.get('message:b')).toBe('kept'));
    expect(store.getState().drafts.get('message:a')).toBe('new');
  });

  it('saves what changed, at once when it is closed', async () => {
    const { store, saved, keeper } = open(async () => ({ drafts: { 'message:b': 'kept' } }));
    await vi.waitFor(() => expect(store.getState().drafts.size).toBe(1));
    expect(saved).toEqual([]);
    store.dispatch({ type: 'draft', key: 'message:a', text: 'hello' });
    keeper[Symbol.dispose]();
    expect(saved).toEqual([{ ...emptyMemory, drafts: { 'message:b': 'kept', 'message:a': 'hello' } }]);
  });

  it('says where a damaged file was put', async () => {
    const store = new Store(createAppState({ size: { columns: 80, rows: 24 }, now: 0 }), { now: () => 0 });
    const port = { load: async () => undefined, save: async () => {}, setAside: '/state/ui.json.damaged' };
    using _keeper = new MemoryKeeper({ store, port });
    await vi.waitFor(() => expect(JSON.stringify(store.getState())).toContain('kept as /state/ui.json.damaged'));
  });

  it('never overwrites what it could not read', async () => {
    const failed = Promise.reject(new Error('no permission'));
    const { store, saved, keeper } = open(() => failed);
    await failed.catch(() => {});
    store.dispatch({ type: 'draft', key: 'message:a', text: 'hello' });
    keeper[Symbol.dispose]();
    expect(saved).toEqual([]);
  });
});
