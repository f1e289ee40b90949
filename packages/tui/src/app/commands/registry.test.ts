import { describe, expect, it } from 'vitest';
import { parseKey } from '../keys/key.ts';
import { after, mockState } from '../fixtures/mock-screen.tsx';
import { allCommands } from './all-commands.ts';
import { footerHints } from './footer-hints.ts';
import { availability, CommandRegistry } from './registry.ts';

const registry = new CommandRegistry(allCommands);

// Keys of features that do not exist yet (keymap.md): chat, review, finish, fork, archive, move to group, snooze, pin,
// taskspace, cost, time line, "this state is wrong", settings, search in transcripts, tabs of the details.
const free = ['c', 'D', 'p', 'f', 'e', 'M', 'P', 'Z', 't', '$', 'T', '!', 'S', 'F', '[', ']'];
const forbidden = ['Ctrl+C', 'Ctrl+D', 'Ctrl+Z', 'Ctrl+S', 'Ctrl+H', 'Ctrl+J', 'Ctrl+[', 'Ctrl+I', 'Ctrl+M'];

describe('the registry', () => {
  it('has no key twice, in the list or after the leader', () => {
    expect(registry.conflicts).toEqual([]);
  });

  it('has no id twice', () => {
    const ids = allCommands.map(({ id }) => id);
    expect(ids.filter((id, index) => ids.indexOf(id) !== index)).toEqual([]);
  });

  it('writes every key in its own notation', () => {
    const keys = allCommands.flatMap(({ keys: list, leaderKeys = [] }) => [...list, ...leaderKeys]);
    expect(keys.filter((key) => key !== 'Leader' && parseKey(key) !== key)).toEqual([]);
  });

  it('keeps the keys of later features free, and never binds what belongs to the terminal', () => {
    expect([...free, ...forbidden].filter((key) => registry.forKey(key) !== undefined)).toEqual([]);
  });

  it.each([
    ['j', 'down'],
    ['Down', 'down'],
    ['k', 'up'],
    ['g', 'top'],
    ['G', 'bottom'],
    ['Enter', 'open'],
    ['o', 'open'],
    ['A', 'full-screen'],
    ['w', 'next-waiting'],
    ['W', 'only-waiting'],
    ['v', 'mark'],
    ['V', 'mark-range'],
    ['y', 'copy'],
    ['s', 'shell'],
    ['|', 'split-right'],
    ['-', 'split-down'],
    ['z', 'zoom'],
    ['=', 'next-layout'],
    ['Tab', 'next-region'],
    ['Shift+Tab', 'previous-region'],
    ['/', 'filter'],
    ['b', 'dock'],
    ['u', 'undo'],
    ['K', 'move-up'],
    ['J', 'move-down'],
    ['?', 'keys'],
    ['Esc', 'back'],
    ['q', 'quit'],
    ['Ctrl+L', 'redraw'],
  ])('binds %s as keymap.md says: %s', (key, id) => {
    expect(registry.forKey(key)?.id).toBe(id);
  });

  it.each([
    'q',
    'Ctrl+Q',
    'h',
    'j',
    'k',
    'l',
    'Left',
    '|',
    '%',
    '-',
    '"',
    'z',
    'X',
    '=',
    'Space',
    'H',
    'J',
    'K',
    'L',
    '[',
    '/',
    'n',
    'p',
    'w',
    '1',
    '9',
    's',
    '?',
  ])('binds %s after the leader', (key) => {
    expect(registry.forLeaderKey(key)).toBeDefined();
  });

  it('gives the leader table to the workspace: what tmux does itself, and what comes back to the list', () => {
    const table = new Map(registry.leaderTable().map((entry) => [entry.key, entry.action]));
    expect(table.get('z')).toEqual({ kind: 'pane', action: 'zoom' });
    expect(table.get('w')).toEqual({ kind: 'app' });
    expect(table.get('Leader')).toEqual({ kind: 'pane', action: 'send-leader' });
  });

  it('has words for people: titles in sentence case without a full stop', () => {
    expect(allCommands.filter(({ title }) => !/^[A-Z][^!]*[^.!]$/u.test(title)).map(({ id }) => id)).toEqual([]);
  });
});

describe('rebinding', () => {
  it('gives a command other keys, or none', () => {
    const own = new CommandRegistry(allCommands, {
      list: { filter: ['Ctrl+F'], mark: null },
      leader: { 'next-waiting': ['g'] },
    });
    expect([own.forKey('Ctrl+F')?.id, own.forKey('/'), own.forKey('v')]).toEqual(['filter', undefined, undefined]);
    expect([own.forLeaderKey('g')?.id, own.forLeaderKey('w')]).toEqual(['next-waiting', undefined]);
  });

  it('understands keys as people write them', () => {
    const own = new CommandRegistry(allCommands, { list: { filter: ['ctrl+f', 'PageUp'] } });
    expect([own.forKey('Ctrl+F')?.id, own.find('filter')?.keys]).toEqual(['filter', ['Ctrl+F', 'PgUp']]);
  });

  it('tells of a key that two commands want', () => {
    const own = new CommandRegistry(allCommands, { list: { filter: ['j'] } });
    expect(own.conflicts).toEqual([{ key: 'j', commands: expect.arrayContaining(['filter', 'down']) }]);
  });
});

describe('when a command applies', () => {
  const state = mockState({ columns: 80, rows: 24 });

  it('depends on the row', () => {
    const open = allCommands.find(({ id }) => id === 'open');
    const empty = { ...state, list: { ...state.list, cursorKey: null, cursor: -1 } };
    expect(open && [availability(open, state), availability(open, empty)]).toEqual(['yes', 'no']);
  });

  it('depends on the hub where it must be asked', () => {
    const lost = after(state, { type: 'connection', connection: { state: 'lost', since: 0, retryAt: 0 } });
    const undo = allCommands.find(({ id }) => id === 'undo');
    expect(undo && [availability(undo, state), availability(undo, lost)]).toEqual(['yes', 'hub']);
  });

  it('shows in the footer', () => {
    const hints = footerHints(registry, state).map(({ key }) => key);
    expect(hints).toEqual(expect.arrayContaining(['Enter', '|', '/', '?']));
    expect(hints.indexOf('?')).toBe(hints.length - 1);
  });
});
