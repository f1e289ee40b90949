import { describe, expect, it } from 'vitest';
import { mockState } from '../fixtures/mock-screen.tsx';
import { allCommands } from './all-commands.ts';
import { commandWords, completeLine, findCommands } from './find-command.ts';

const state = mockState({ columns: 80, rows: 24 });
const names = (line: string): readonly string[] =>
  findCommands(allCommands, line, state).map(({ command }) => commandWords(command));

describe('the commands of the palette', () => {
  it('are all that apply now, in the order of the registry, while nothing is typed', () => {
    const all = names('');
    expect(all.slice(0, 3)).toEqual(['prompt', 'message', 'new']);
    expect(all).not.toContain('down');
    expect(all.some((name) => name.startsWith('pane '))).toBe(false);
  });

  it('are found by letters of their name, and by their title', () => {
    expect(names('spl').slice(0, 2)).toEqual(['split right', 'split down']);
    expect(names('hblg')).toContain('hub log');
    expect(names('simulated')[0]).toBe('demo');
    expect(names('zzz')).toEqual([]);
  });

  it.each([
    ['kill', 'stop'],
    ['kil', 'stop'],
    ['rm', 'delete'],
    ['remove', 'delete'],
    ['exit', 'quit'],
    ['why', 'details'],
    ['explain', 'details'],
    ['attach', 'open'],
    ['send', 'message'],
  ])('are found by other names: %s is %s', (line, name) => {
    expect(names(line)[0]).toBe(name);
  });

  it('have aliases that are no other command, and no other alias', () => {
    const aliases = allCommands.flatMap((command) => command.aliases ?? []);
    const ids = allCommands.flatMap((command) => [command.id, commandWords(command)]);
    expect(new Set(aliases).size).toBe(aliases.length);
    expect(aliases.filter((alias) => ids.includes(alias))).toEqual([]);
    expect(findCommands(allCommands, 'mv new name', state)).toMatchObject([
      { command: { id: 'rename' }, argument: 'new name' },
    ]);
  });

  it('take the words behind a whole name, the longest name first', () => {
    expect(findCommands(allCommands, 'rename my agent ', state)).toMatchObject([
      { command: { id: 'rename' }, argument: 'my agent' },
    ]);
    expect(findCommands(allCommands, 'hub-log', state)[0]).toMatchObject({ command: { id: 'hub-log' } });
    expect(findCommands(allCommands, 'group by host', state)[0]).toMatchObject({ command: { id: 'group-by-host' } });
  });

  it('that need an agent are not offered without one', () => {
    const empty = { ...state, list: { ...state.list, cursorKey: null } };
    const offered = findCommands(allCommands, '', empty).map(({ command }) => command.id);
    expect(offered).not.toContain('rename');
    expect(offered).toContain('new');
  });
});

describe('Tab', () => {
  const tab = (line: string): string => completeLine(line, findCommands(allCommands, line, state)[0], state);

  it('completes the name, then the word behind it', () => {
    expect(tab('fil')).toBe('filter ');
    expect(tab('filter st')).toBe('filter state:waiting ');
    expect(tab('spawn de')).toBe('spawn demo ');
    expect(tab('spawn demo --work')).toBe('spawn demo --worktree ');
  });

  it('leaves a line that nothing fits', () => {
    expect(tab('zzz')).toBe('zzz');
    expect(tab('filter zzz')).toBe('filter zzz');
  });
});
