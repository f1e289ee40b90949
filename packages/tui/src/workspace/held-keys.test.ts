import { describe, expect, it } from 'vitest';
import type { InputEvent } from '../app/keys/key.ts';
import { InputParser } from '../app/keys/input-parser.ts';
import { type HeldInput, typeCommands } from './held-keys.ts';

const isHeld = (event: InputEvent): event is HeldInput => event.type === 'key' || event.type === 'paste';
const typed = (text: string) => typeCommands('%3', new InputParser().push(text).filter(isHeld));
const send = (...words: readonly string[]) => ['send-keys', '-t', '%3', ...words];

describe('typing into a pane what was typed into the list', () => {
  it('keeps the order, and joins characters', () => {
    expect(typed('r2 3\rx')).toEqual([send('-l', '--', 'r2 3'), send('--', 'Enter'), send('-l', '--', 'x')]);
  });

  it('leaves to tmux how the program there wants a key', () => {
    expect(typed('\u001b[A\u001bOB\t\u001b[Z\u007f\u0003\u0000\u001b[1;5C\u001bf\u001b[13;2u')).toEqual(
      ['Up', 'Down', 'Tab', 'BTab', 'BSpace', 'C-c', 'C-Space', 'C-Right', 'M-f', 'S-Enter'].map((key) =>
        send('--', key),
      ),
    );
  });

  it('types words like options and separators as they stand', () => {
    expect(typed('-X;')).toEqual([send('-l', '--', '-X;')]);
  });

  it('pastes what was pasted, in pieces', () => {
    const text = `${'ä'.repeat(5000)}\rend`;
    const commands = typed(`\u001b[200~${text}\u001b[201~`);
    expect(commands.map(([name]) => name)).toEqual(['set-buffer', 'set-buffer', 'paste-buffer']);
    expect(
      commands
        .slice(0, 2)
        .map((command) => command.at(-1))
        .join(''),
    ).toBe(text);
    expect(typed('\u001b[200~\u001b[201~')).toEqual([]);
  });
});
