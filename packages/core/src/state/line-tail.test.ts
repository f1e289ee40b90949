import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createLineTail } from './line-tail.ts';

const encoder = new TextEncoder();

function tailOf(...texts: readonly string[]): string {
  const tail = createLineTail();
  for (const text of texts) tail.push(encoder.encode(text));
  return tail.line;
}

describe('createLineTail', () => {
  it.each([
    ['the last line', 'one\r\ntwo\r\n', 'two'],
    ['a line that has not ended', 'one\r\ntwo', 'two'],
    ['the last line before blank ones', 'one\r\n\r\n   \r\n', 'one'],
    ['what a carriage return wrote over', 'downloading 10%\rdownloading 20%', 'downloading 20%'],
    ['the rest of a longer line under a shorter one', 'abcdef\rxy', 'xycdef'],
    ['nothing of an erased rest', 'abcdef\rxy\x1b[K', 'xy'],
    ['nothing of an erased line', 'one\r\nabcdef\x1b[2K', 'one'],
    ['text without colours', '\x1b[1;31mred\x1b[0m text', 'red text'],
    ['text without titles', '\x1b]0;title\x07text\x1b]0;other\x1b\\', 'text'],
    ['backspaced text', 'abc\b\bX', 'aXc'],
    ['text after the screen was cleared', 'old\x1b[H\x1b[2Jnew', 'new'],
    ['the line above a bare prompt', 'All tests pass\r\n› ', 'All tests pass'],
    ['the line above a shell prompt', 'done\r\nagent@host:~/work$ ', 'done'],
    ['what is typed at a prompt', 'done\r\n$ make', '$ make'],
    ['nothing at first', '', ''],
  ])('shows %s', (_what, text, expected) => {
    expect(tailOf(text)).toBe(expected);
  });

  it('cuts long lines at 400 characters', () => {
    expect(tailOf('x'.repeat(10_000))).toBe('x'.repeat(400));
  });

  it('shows the last of very many lines', () => {
    expect(tailOf(`${'line\r\n'.repeat(20_000)}last`)).toBe('last');
  });

  it('joins sequences and characters that come in halves', () => {
    const bytes = encoder.encode('日');
    const tail = createLineTail();
    tail.push(encoder.encode('\x1b[3'));
    tail.push(encoder.encode('1ma\x1b]0;ti'));
    tail.push(encoder.encode('tle\x1b'));
    tail.push(encoder.encode('\\'));
    tail.push(bytes.subarray(0, 1));
    tail.push(bytes.subarray(1));
    expect(tail.line).toBe('a日');
  });

  it('shows the same however the bytes are cut, and never a control character', () => {
    const piece = fc.oneof(
      fc.constantFrom('\x1b[K', '\x1b]0;t\x07', '\r', '\n', '\b', '\x1b', 'text ', '$ '),
      fc.string({ unit: 'binary' }),
    );
    fc.assert(
      fc.property(fc.array(piece), fc.nat(200), (pieces, cut) => {
        const bytes = encoder.encode(pieces.join(''));
        const whole = createLineTail();
        whole.push(bytes);
        const halves = createLineTail();
        halves.push(bytes.subarray(0, cut));
        halves.push(bytes.subarray(cut));
        expect(halves.line).toBe(whole.line);
        expect(whole.line).not.toMatch(/[\p{Cc}\p{Cf}]/u);
        expect(whole.line.length).toBeLessThanOrEqual(400);
      }),
    );
  });
});
