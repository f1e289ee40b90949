import { describe, expect, it } from 'vitest';
import { holdsInput, showsEcho } from './echo.ts';

/** A screen with the cursor where the mark `¦` stands. */
function screen(...marked: readonly string[]) {
  const y = marked.findIndex((line) => line.includes('¦'));
  const x = marked[y]?.indexOf('¦') ?? 0;
  return { lines: marked.map((line) => line.replace('¦', '')), cursor: { x, y, isVisible: true } };
}

describe('showsEcho', () => {
  it('finds a text in an input box, over the lines that it was wrapped to', () => {
    const before = screen('╭────────────╮', '│ > ¦        │', '╰────────────╯');
    const after = screen('╭────────────╮', '│ > please   │', '│   fix it¦  │', '╰────────────╯');
    expect(showsEcho('please fix it', before, after)).toBe(true);
  });

  it('finds it where the cursor is drawn by the program and stands elsewhere', () => {
    expect(showsEcho('fix it', screen('> ', '¦'), screen('> fix it▌', '¦'))).toBe(true);
  });

  it('does not take the same words of an earlier message for it', () => {
    const before = screen('> fix it', 'Done.', '> ', '¦');
    expect(showsEcho('fix it', before, before)).toBe(false);
    expect(showsEcho('fix it', before, screen('> fix it', 'Done.', '> fix it', '¦'))).toBe(true);
  });

  it('takes the mark that an agent shows for a long paste', () => {
    const text = 'line\n'.repeat(30);
    expect(showsEcho(text, screen('> ¦'), screen('> [Pasted text #1 +30 lines] ¦'))).toBe(true);
    expect(showsEcho(text, screen('[Pasted text #1]', '> ¦'), screen('[Pasted text #1]', '> ¦'))).toBe(false);
  });

  it('sees none on a screen that shows nothing of it', () => {
    expect(showsEcho('fix it', screen('$ ¦'), screen('$ ¦'))).toBe(false);
    expect(showsEcho('fix it', null, screen('password: ¦'))).toBe(false);
  });
});

describe('holdsInput', () => {
  it.each([
    ['a shell', 'echo hi', screen('old', '$ echo hi¦')],
    ['a wrapped line', 'a long text that goes on', screen('> a long text', 'that goes on¦')],
    ['wide characters', '日本語', { lines: ['> 日本語'], cursor: { x: 8, y: 0, isVisible: true } }],
  ])('holds for %s', (_, text, shown) => {
    expect(holdsInput(text, shown)).toBe(true);
  });

  it.each([
    ['was submitted to a program that prints it again', 'hi', screen('hi', 'hi', '¦')],
    ['was submitted to a prompt', 'hi', screen('> hi', 'working', '> ¦')],
    ['is only half there', 'fix the login test', screen('> fix the lo¦')],
    ['was gone on with by somebody', 'hi', screen('> hi there¦')],
    ['is below the screen', 'hi', { lines: ['hi'], cursor: { x: 2, y: 9, isVisible: true } }],
  ])('does not hold for a text that %s', (_, text, shown) => {
    expect(holdsInput(text, shown)).toBe(false);
  });
});
