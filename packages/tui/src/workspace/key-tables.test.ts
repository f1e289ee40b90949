import { describe, expect, it } from 'vitest';
import type { LeaderEntry } from '../app/workspace-port.ts';
import { bindKeys, bindMouse, boundKeys, type KeySpec, unbindKeys } from './key-tables.ts';

const entry = (key: string, action: LeaderEntry['action']): LeaderEntry => ({ key, title: key, action });
const spec: KeySpec = {
  table: 'swarm',
  listPaneId: '%5',
  leader: 'C-]',
  back: 'C-q',
  suspend: ['suspend-client'],
  entries: [],
};
const textOf = (commands: readonly (readonly string[])[], key: string) =>
  commands.find((command) => command.includes(key))?.at(-1);

describe('bindKeys', () => {
  it('binds in its own tables alone', () => {
    const commands = bindKeys({
      ...spec,
      entries: [entry('w', { kind: 'app' }), entry('z', { kind: 'pane', action: 'zoom' })],
    });
    expect(commands.map((command) => command[command.indexOf('-T') + 1])).toEqual([
      'swarm',
      'swarm',
      'swarm',
      'swarm-leader',
      'swarm-leader',
      'swarm-leader',
      'swarm-leader',
    ]);
  });

  it('sends the leader on when it is pressed twice', () => {
    const commands = bindKeys(spec).filter((command) => command.includes('swarm-leader'));
    expect(
      textOf(
        commands.filter((command) => command[3] === 'C-]'),
        'C-]',
      ),
    ).toBe('send-keys "C-]"');
  });

  it('gives Ctrl+Z back to agents', () => {
    expect(textOf(bindKeys(spec), 'C-z')).toContain('"send-keys C-z"');
    expect(textOf(bindKeys({ ...spec, suspend: null }), 'C-z')).toBeUndefined();
  });

  it('closes panes of ours only', () => {
    const commands = bindKeys({ ...spec, entries: [entry('X', { kind: 'pane', action: 'close' })] });
    expect(textOf(commands, 'X')).toContain(
      String.raw`if-shell -F \"#{m/r:^(agent|shell)\\\$,#{@swarm_pane}}\" kill-pane`,
    );
  });

  it('in the list itself ask the app, where tmux would do it to the list', () => {
    const keys = ['z', '[', 'l', 'X'];
    const actions = ['zoom', 'copy-mode', 'focus-right', 'close'] as const;
    const commands = bindKeys({
      ...spec,
      entries: keys.map((key, index) => entry(key, { kind: 'pane', action: actions[index] ?? 'zoom' })),
    });
    for (const key of keys)
      expect(textOf(commands, key)).toMatch(/^if-shell -F "#\{==:#\{pane_id\},%5\}" "run-shell -C /);
  });

  it('size the dock by keys while there is something beside it', () => {
    const text = textOf(bindKeys({ ...spec, entries: [entry('H', { kind: 'pane', action: 'resize-left' })] }), 'H');
    expect(text).toContain('#{&&:#{==:#{pane_id},%5},#{==:#{window_panes},1}}');
  });

  it('sends app keys to the list with the pane they were pressed in', () => {
    const text = textOf(bindKeys({ ...spec, entries: [entry('w', { kind: 'app' })] }), 'w');
    expect(text).toMatch(/^run-shell -C /);
    expect(text).toContain('>7;119;#{s/^.//:pane_id}y');
  });

  it('repeats resizing without the leader, and nothing else', () => {
    const commands = bindKeys({
      ...spec,
      entries: [
        entry('H', { kind: 'pane', action: 'resize-left' }),
        entry('h', { kind: 'pane', action: 'focus-left' }),
      ],
    });
    expect(commands.filter((command) => command.includes('-r')).map((command) => command[4])).toEqual(['H']);
  });

  it('leaves keys alone that it was not given', () => {
    expect(bindKeys({ ...spec, leader: null, back: null, suspend: null })).toEqual([]);
  });
});

describe('unbindKeys', () => {
  it('names the two tables and no other', () => {
    expect(unbindKeys('swarm-2').map((command) => command.at(-1))).toEqual([
      'swarm-2',
      'swarm-2-leader',
      'swarm-2-watch',
    ]);
  });
});

describe('bindMouse', () => {
  it('drags dividers, copies by drag and double click, and gives the mouse to who asks for it', () => {
    const commands = bindMouse('swarm');
    expect(new Set(commands.map((command) => command[2]))).toEqual(new Set(['swarm']));
    expect(textOf(commands, 'MouseDrag1Border')).toBe('resize-pane -M');
    expect(textOf(commands, 'MouseDrag1Pane')).toContain('mouse_any_flag');
    expect(textOf(commands, 'DoubleClick1Pane')).toContain('select-word');
  });

  it('offers no menu that could kill the list', () => {
    expect(bindMouse('swarm').flat().join(' ')).not.toMatch(/menu|kill/);
  });
});

describe('boundKeys', () => {
  it('reads key names, escaped ones too', () => {
    expect(
      boundKeys(['bind-key    -T root C-]   x', 'bind-key -r -T root \\;  y', 'bind-key -T root C-\\ z', 'nonsense']),
    ).toEqual(['C-]', ';', 'C-\\']);
  });
});
