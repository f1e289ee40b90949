import { describe, expect, it } from 'vitest';
import type { LeaderEntry } from '../app/workspace-port.ts';
import { bindKeys, boundKeys, copyMouseBindings, type KeySpec, unbindKeys } from './key-tables.ts';

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
    expect(textOf(commands, 'X')).toBe('if-shell -F "#{m/r:^(agent|shell)\\$,#{@swarm_pane}}" kill-pane');
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
    expect(unbindKeys('swarm-2').map((command) => command.at(-1))).toEqual(['swarm-2', 'swarm-2-leader']);
  });
});

describe('copyMouseBindings', () => {
  it('copies what the mouse does and keeps the text as tmux wrote it', () => {
    const lines = [
      'bind-key -T root MouseDown1Pane       select-pane -t = \\; send-keys -M',
      'bind-key -T root C-x                  kill-server',
      'bind-key -r -T root S-WheelUpPane     send-keys -l "a \\" b"',
    ];
    expect(copyMouseBindings(lines, 'swarm')).toEqual([
      ['if-shell', '-F', '1', 'bind-key -T swarm MouseDown1Pane select-pane -t = \\; send-keys -M'],
      ['if-shell', '-F', '1', 'bind-key -r -T swarm S-WheelUpPane send-keys -l "a \\" b"'],
    ]);
  });
});

describe('boundKeys', () => {
  it('reads key names, escaped ones too', () => {
    expect(
      boundKeys(['bind-key    -T root C-]   x', 'bind-key -r -T root \\;  y', 'bind-key -T root C-\\ z', 'nonsense']),
    ).toEqual(['C-]', ';', 'C-\\']);
  });
});
