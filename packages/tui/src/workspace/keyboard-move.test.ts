import { FakeTmuxTransport } from '@swarm-tui/core/testing';
import { describe, expect, it } from 'vitest';
import { decodeMark } from '../app/workspace-port.ts';
import type { InputEvent } from '../app/keys/key.ts';
import { KeyboardMove } from './keyboard-move.ts';

const key = (text: string): InputEvent => ({ type: 'key', key: text, text });
const focus = ['select-pane', '-t', '%2'];

/** A list that reads its marks at once; `onMark` may type before it does, and `typed` keys come before the keyboard goes. */
function start(onMark: (move: KeyboardMove, count: number) => void = () => {}, typed: readonly string[] = []) {
  const move = new KeyboardMove();
  const waiting = [...typed];
  const shown: string[] = [];
  let count = 0;
  let isTyped = false;
  const read = (text: string): void => {
    const number = decodeMark(`\u001b${/\[>8;\d+y/u.exec(text)?.[0] ?? ''}`);
    if (number === null) return;
    onMark(move, ++count);
    move.take({ type: 'mark', number });
  };
  const go = (text: string): void => {
    const next = waiting.shift();
    isTyped = next !== undefined;
    if (next !== undefined) return void move.take(key(next));
    shown.push(...(text.match(/select-pane/u) ?? ['no focus']));
    read(text);
  };
  const transport = new FakeTmuxTransport(([name, , target, ...rest]) => {
    const text = rest.at(-1) ?? '';
    if (name === 'display-message') return [text.includes('typed') && !isTyped ? '' : '1'];
    if (name === 'set-option') isTyped = false;
    else if (name === 'run-shell') go(text);
    else if (target === '%2') shown.push(`${name} ${text}`);
    else read(text);
    return [];
  });
  const options = { transport, sessionId: '$1', listPaneId: '%1', keys: { table: 'swarm' } };
  const done = () => move.run(options, { paneId: '%2', commands: [focus] });
  return { move, done, shown: () => shown };
}

describe('the keyboard on its way into a pane', () => {
  it('brings along what was typed meanwhile, and goes last', async () => {
    const { move, done, shown } = start();
    for (const text of ['r', '2', '3']) expect(move.take(key(text))).toBe(true);
    await done();
    expect(shown()).toEqual(['send-keys r23', 'select-pane']);
    expect(move.take(key('x'))).toBe(false);
  });

  it('does not go while somebody types', async () => {
    const { done, shown } = start((move, count) => count < 4 && move.take(key(String(count))));
    await done();
    expect(shown()).toEqual(['send-keys 1', 'send-keys 2', 'send-keys 3', 'select-pane']);
  });

  it('does not go past a key that the list has not read yet', async () => {
    const { done, shown } = start(() => {}, ['1', '0']);
    await done();
    expect(shown()).toEqual(['send-keys 1', 'send-keys 0', 'select-pane']);
  });

  it('brings what was typed at the very moment of going', async () => {
    const { done, shown } = start((move, count) => count === 2 && move.take(key('z')));
    await done();
    expect(shown()).toEqual(['select-pane', 'send-keys z']);
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
