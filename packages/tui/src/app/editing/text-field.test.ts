import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { InputEvent } from '../keys/key.ts';
import { editField } from './edit-field.ts';
import { lineEnd, lineStart } from './field-moves.ts';
import { createField, insertPaste, moveCursor, type TextField } from './text-field.ts';

const key = (name: string, text = ''): InputEvent => ({ type: 'key', key: name, text });
const press = (field: TextField, ...names: string[]): TextField =>
  names.reduce((next, name) => editField(next, key(name)) ?? next, field);
const area = (text = ''): TextField => createField(text, { isMultiline: true });
const longPaste = Array.from({ length: 340 }, (_, index) => `line ${index}`).join('\n');

describe('a text field', () => {
  it('takes away whole graphemes, however many code points they have', () => {
    const field = createField('a👨‍👩‍👧e\u0301日');
    expect(press(field, 'Backspace').text).toBe('a👨‍👩‍👧e\u0301');
    expect(press(field, 'Backspace', 'Backspace').text).toBe('a👨‍👩‍👧');
    expect(press(field, 'Backspace', 'Backspace', 'Backspace').text).toBe('a');
  });

  it('goes behind a grapheme that an insertion has put together', () => {
    const field = editField(press(createField('🇪'), 'Home'), key('🇩', '🇩'));
    expect(field).toMatchObject({ text: '🇩🇪', cursor: '🇩🇪'.length });
  });

  it('moves and erases by words', () => {
    const field = createField('git push --force');
    expect(press(field, 'Ctrl+Left').cursor).toBe('git push --'.length);
    expect(press(field, 'Ctrl+W').text).toBe('git push --');
    expect(press(field, 'Ctrl+W', 'Ctrl+W').text).toBe('git ');
    expect(press(field, 'Home', 'Alt+d').text).toBe(' push --force');
  });

  it('keeps line breaks only where there are lines', () => {
    expect(createField('a\r\nb\rc').text).toBe('a b c');
    expect(area('a\r\nb\rc').text).toBe('a\nb\nc');
    expect(editField(createField('a'), key('Alt+Enter'))).toBeNull();
    expect(press(area('a'), 'Alt+Enter').text).toBe('a\n');
  });

  it('moves up and down in its column, counted in cells', () => {
    const field = moveCursor(area('abcdef\n日本語\nxy'), 'abcd'.length);
    const down = press(field, 'Down');
    expect(down.text.slice(0, down.cursor)).toBe('abcdef\n日本');
    expect(press(down, 'Down').cursor).toBe(field.text.length);
    expect(press(down, 'Up').cursor).toBe(4);
    expect(editField(press(down, 'Up'), key('Up'))).toBeNull();
  });

  it('treats a paste of more than 20 lines as one piece', () => {
    const field = insertPaste(area('see '), longPaste);
    expect(field.blocks).toEqual([{ start: 4, end: 4 + longPaste.length }]);
    expect(press(field, 'Left').cursor).toBe(4);
    expect(press(field, 'Left', 'Right').cursor).toBe(field.text.length);
    expect(press(field, 'Backspace')).toMatchObject({ text: 'see ', blocks: [] });
  });

  it('leaves a paste of 20 lines as text', () => {
    expect(area('x\n'.repeat(19)).blocks).toEqual([]);
    expect(area('x\n'.repeat(20)).blocks).toHaveLength(1);
  });

  it('does not see the lines inside a block', () => {
    const field = insertPaste(area('a\nb'), longPaste);
    expect(lineStart(field, field.text.length)).toBe(2);
    expect(lineEnd(field, 2)).toBe(field.text.length);
  });

  it('moves its blocks when something is typed before them', () => {
    const field = press(insertPaste(area(''), longPaste), 'Home');
    expect(editField(field, key('x', 'x'))?.blocks).toEqual([{ start: 1, end: 1 + longPaste.length }]);
  });

  it('takes no more than the hub does', () => {
    const field = insertPaste(insertPaste(area(), 'x'.repeat(1_400_000)), 'y'.repeat(1_400_000));
    expect(field.text).toHaveLength(1_500_000);
  });
});

/** The same editing as two lists of graphemes, cut anew after each step: slow and plainly right. */
class Reference {
  left: string[] = [];
  right: string[] = [];

  step(action: Action): void {
    switch (action.type) {
      case 'type':
        return this.#set(this.left.join('') + action.text, this.right.join(''));
      case 'Left':
        this.right.unshift(...this.left.splice(-1));
        return;
      case 'Right':
        this.left.push(...this.right.splice(0, 1));
        return;
      case 'Backspace':
        return this.#set(this.left.slice(0, -1).join(''), this.right.join(''));
      case 'Delete':
        return this.#set(this.left.join(''), this.right.slice(1).join(''));
      case 'Home':
        return this.#line();
    }
  }

  #line(): void {
    const start = this.left.lastIndexOf('\n') + 1;
    this.right.unshift(...this.left.splice(start));
  }

  // What stands left of the cursor grows until it ends where a grapheme of the whole text does.
  #set(left: string, right: string): void {
    const units = Array.from(new Intl.Segmenter().segment(left + right), ({ segment }) => segment);
    let length = 0;
    let count = 0;
    while (length < left.length) {
      length += units[count]?.length ?? 0;
      count += 1;
    }
    this.left = units.slice(0, count);
    this.right = units.slice(count);
  }
}

type Action = { type: 'type'; text: string } | { type: 'Left' | 'Right' | 'Backspace' | 'Delete' | 'Home' };

const typed = fc.oneof(
  fc.constantFrom('a', ' ', '\n', '日', '本', '🇩', '🇪', '👩', '\u200d', '\u0301', '\u202e', '\u001b', '한', '#{x}'),
  fc.string({ unit: 'grapheme', maxLength: 4 }).map((text) => text.replace(/\r/gu, '')),
);
const action: fc.Arbitrary<Action> = fc.oneof(
  { weight: 3, arbitrary: typed.map((text): Action => ({ type: 'type', text })) },
  fc.constantFrom<Action>(
    { type: 'Left' },
    { type: 'Right' },
    { type: 'Backspace' },
    { type: 'Delete' },
    { type: 'Home' },
  ),
);

describe('editing, against a reference', () => {
  it('holds the same text and the same cursor after any edits', () => {
    fc.assert(
      fc.property(fc.array(action, { maxLength: 60 }), (actions) => {
        const reference = new Reference();
        let field = area();
        for (const step of actions) {
          reference.step(step);
          const event = step.type === 'type' ? key('', step.text) : key(step.type);
          field = (step.type === 'type' && step.text === '' ? field : editField(field, event)) ?? field;
          expect(field.text).toBe([...reference.left, ...reference.right].join(''));
          expect(field.cursor).toBe(reference.left.join('').length);
        }
      }),
      { numRuns: 300 },
    );
  });

  it('never parts a block and never leaves the cursor inside one', () => {
    const names = ['Left', 'Right', 'Backspace', 'Delete', 'Ctrl+W', 'Alt+d', 'Home', 'End', 'Up', 'Down', 'Ctrl+U'];
    const step = fc.oneof(fc.constantFrom(...names), fc.constant('paste'), fc.constant('type'));
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
        let field = area();
        for (const name of steps) {
          if (name === 'paste') field = insertPaste(field, longPaste);
          else field = editField(field, name === 'type' ? key('x', 'x\n') : key(name)) ?? field;
          for (const { start, end } of field.blocks) {
            expect(field.text.slice(start, end)).toBe(longPaste);
            expect(field.cursor <= start || field.cursor >= end).toBe(true);
          }
        }
      }),
      { numRuns: 200 },
    );
  });
});
