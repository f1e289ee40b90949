import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Composer } from './composer.ts';
import { InputDecoder } from './input-decoder.ts';
import type { InputEvent } from './input-decoder.ts';

const encoder = new TextEncoder();

function decode(...texts: readonly string[]): readonly InputEvent[] {
  const decoder = new InputDecoder();
  return texts.flatMap((text) => decoder.push(encoder.encode(text)));
}

describe('InputDecoder', () => {
  it.each([
    ['\r', 'enter'],
    ['\x1b', 'escape'],
    ['\x03', 'interrupt'],
    ['\x1b[A', 'up'],
    ['\x1bOB', 'down'],
    ['\x7f', 'backspace'],
    ['\x1b\r', 'newline'],
  ])('reads %j as a key', (bytes, key) => {
    expect(decode(bytes)).toEqual([{ type: 'key', key }]);
  });

  it('reads typed text and keys in order', () => {
    expect(decode('ab日\rc')).toEqual([
      { type: 'text', text: 'ab日' },
      { type: 'key', key: 'enter' },
      { type: 'text', text: 'c' },
    ]);
  });

  it('reads the mouse', () => {
    expect(decode('\x1b[<0;12;5M')).toEqual([{ type: 'mouse', column: 12, row: 5, isPress: true }]);
  });

  it('reads a paste whole, with newlines', () => {
    expect(decode('\x1b[200~a\rb\r\nc\x1b[201~\r')).toEqual([
      { type: 'paste', text: 'a\nb\nc' },
      { type: 'key', key: 'enter' },
    ]);
  });

  it('gives back exactly what was pasted, however the bytes are cut', () => {
    const text = fc.string({ unit: 'grapheme' }).map((value) => value.replaceAll('\x1b', '').replaceAll('\r', '\n'));
    fc.assert(
      fc.property(text, fc.array(fc.integer({ min: 1, max: 9 })), (pasted, cuts) => {
        const bytes = encoder.encode(`\x1b[200~${pasted}\x1b[201~`);
        const decoder = new InputDecoder();
        const events: InputEvent[] = [...decoder.push(bytes.subarray(0, 6))];
        let from = 6;
        for (const cut of cuts) {
          events.push(...decoder.push(bytes.subarray(from, from + cut)));
          from += cut;
        }
        events.push(...decoder.push(bytes.subarray(from)));
        expect(events).toEqual([{ type: 'paste', text: pasted }]);
      }),
    );
  });
});

describe('Composer', () => {
  function compose(...events: readonly InputEvent[]): { composer: Composer; submitted: readonly (string | null)[] } {
    const composer = new Composer();
    return { composer, submitted: events.map((event) => composer.apply(event)) };
  }
  const enter: InputEvent = { type: 'key', key: 'enter' };

  it('submits typed text and is empty afterwards', () => {
    const { composer, submitted } = compose({ type: 'text', text: 'hi' }, enter);
    expect(submitted).toEqual([null, 'hi']);
    expect(composer.text).toBe('');
  });

  it('collapses a long paste on screen and submits it whole', () => {
    const text = Array.from({ length: 60 }, (_, index) => `line ${index}`).join('\n');
    const { composer } = compose({ type: 'text', text: 'see ' }, { type: 'paste', text });
    expect(composer.row(80)).toBe('see [Pasted text #1 +60 lines]');
    expect(composer.apply(enter)).toBe(`see ${text}`);
  });

  it('shows the end of what does not fit, never half of a wide character', () => {
    expect(compose({ type: 'text', text: 'abc日本' }).composer.row(4)).toBe('日本');
    expect(compose({ type: 'text', text: 'abc日本' }).composer.row(3)).toBe('本');
  });

  it('deletes a character, or a collapsed paste as a whole', () => {
    const backspace: InputEvent = { type: 'key', key: 'backspace' };
    expect(compose({ type: 'text', text: 'ab👍' }, backspace).composer.text).toBe('ab');
    expect(compose({ type: 'paste', text: 'x\n'.repeat(9) }, backspace).composer.text).toBe('');
  });

  it('submits nothing when there is nothing', () => {
    expect(compose({ type: 'text', text: '  ' }, enter).submitted).toEqual([null, null]);
  });
});
