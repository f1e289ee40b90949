import { FakeTmuxTransport } from '@swarm-tui/core/testing';
import { describe, expect, it } from 'vitest';
import { decodeMark } from '../app/workspace-port.ts';
import type { InputEvent } from '../app/keys/key.ts';
import { KeyboardMove } from './keyboard-move.ts';

const key = (text: string): InputEvent => ({ type: 'key', key: text, text });
const focus = ['select-pane', '-t', '%2'];

/** A list that reads its marks at once; `onMark` may type before it does. */
function start(onMark: (move: KeyboardMove, count: number) => void = () => {}) {
  const move = new KeyboardMove();
  let count = 0;
  const transport = new FakeTmuxTransport((command) => {
    if (command[0] === 'display-message') return ['1'];
    const number = decodeMark(command.at(-1) ?? '');
    if (number === null) return [];
    onMark(move, ++count);
    move.take({ type: 'mark', number });
    return [];
  });
  const done = () => move.run({ transport, listPaneId: '%1' }, { paneId: '%2', commands: [focus] });
  const shown = () =>
    transport.commands
      .filter((command) => command[0] === 'select-pane' || command[2] === '%2')
      .map((command) => `${command[0]} ${command.at(-1)}`)
      .filter((line) => !line.startsWith('display'));
  return { move, done, shown };
}

describe('the keyboard on its way into a pane', () => {
  it('brings along what was typed meanwhile, and goes last', async () => {
    const { move, done, shown } = start();
    for (const text of ['r', '2', '3']) expect(move.take(key(text))).toBe(true);
    await done();
    expect(shown()).toEqual(['send-keys r23', 'select-pane %2']);
    expect(move.take(key('x'))).toBe(false);
  });

  it('does not go while somebody types', async () => {
    const { done, shown } = start((move, count) => count < 4 && move.take(key(String(count))));
    await done();
    expect(shown()).toEqual(['send-keys 1', 'send-keys 2', 'send-keys 3', 'select-pane %2']);
  });

  it('brings what was typed at the very moment of going', async () => {
    const { done, shown } = start((move, count) => count === 2 && move.take(key('z')));
    await done();
    expect(shown()).toEqual(['select-pane %2', 'send-keys z']);
  });

  it('stays in the list after Ctrl+Q, and what follows is for the list', async () => {
    const { move, done, shown } = start();
    move.take(key('a'));
    expect(move.take({ type: 'key', key: 'Ctrl+Q', text: '' })).toBe(true);
    expect(move.take(key('j'))).toBe(false);
    await done();
    expect(shown()).toEqual(['send-keys a']);
  });

  it('leaves leader keys and clicks to the list', () => {
    const { move } = start();
    expect(move.take({ type: 'leader', key: 'w', paneId: null })).toBe(false);
    const mouse = { kind: 'press', button: 'left', column: 1, row: 1, shift: false } as const;
    expect(move.take({ type: 'mouse', mouse })).toBe(false);
  });
});
