import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { encodeLeader } from '../workspace-port.ts';
import { InputParser } from './input-parser.ts';
import type { InputEvent } from './key.ts';

function parse(text: string): readonly InputEvent[] {
  const parser = new InputParser();
  return [...parser.push(text), ...parser.flush()];
}

const keys = (text: string): string[] => parse(text).map((event) => (event.type === 'key' ? event.key : event.type));

describe('keys', () => {
  it.each([
    ['j', 'j'],
    ['K', 'K'],
    [' ', 'Space'],
    ['\r', 'Enter'],
    ['\t', 'Tab'],
    ['\u007f', 'Backspace'],
    ['\u000c', 'Ctrl+L'],
    ['\u0010', 'Ctrl+P'],
    ['\u001d', 'Ctrl+]'],
    ['\u001b', 'Esc'],
    ['\u001b[A', 'Up'],
    ['\u001bOA', 'Up'],
    ['\u001b[1;5C', 'Ctrl+Right'],
    ['\u001b[1;2A', 'Shift+Up'],
    ['\u001b[Z', 'Shift+Tab'],
    ['\u001b[5~', 'PgUp'],
    ['\u001b[3~', 'Delete'],
    ['\u001bOP', 'F1'],
    ['\u001b[15~', 'F5'],
    ['\u001b\r', 'Alt+Enter'],
    ['\u001bx', 'Alt+x'],
    ['\u001b[13;2u', 'Shift+Enter'],
    ['\u001b[13;5u', 'Ctrl+Enter'],
    ['\u001b[27;3;13~', 'Alt+Enter'],
    ['\u001b[108;5u', 'Ctrl+L'],
    ['日', '日'],
    ['👍', '👍'],
  ])('reads %j as %s', (bytes, key) => {
    expect(keys(bytes)).toEqual([key]);
  });

  it('reads many keys from one piece', () => {
    expect(keys('jj\u001b[Bk\r')).toEqual(['j', 'j', 'Down', 'k', 'Enter']);
  });

  it('gives printable keys their text, others none', () => {
    expect(parse('ä\r')).toEqual([
      { type: 'key', key: 'ä', text: 'ä' },
      { type: 'key', key: 'Enter', text: '' },
    ]);
  });

  it('drops answers of the terminal that nobody asked for', () => {
    expect(parse('\u001b[?62;c\u001b]10;rgb:ff/ff/ff\u0007\u001bP1+r\u001b\\j')).toEqual([
      { type: 'key', key: 'j', text: 'j' },
    ]);
  });
});

describe('everything else that a terminal sends', () => {
  it('tells clicks, drags and the wheel with their place', () => {
    const mouse = (bytes: string): unknown =>
      parse(bytes).map((event) => (event.type === 'mouse' ? event.mouse : event));
    expect(mouse('\u001b[<0;10;5M')).toEqual([{ kind: 'press', button: 'left', column: 9, row: 4, shift: false }]);
    expect(mouse('\u001b[<0;10;5m')).toEqual([{ kind: 'release', button: 'left', column: 9, row: 4, shift: false }]);
    expect(mouse('\u001b[<32;10;5M')).toMatchObject([{ kind: 'drag', button: 'left' }]);
    expect(mouse('\u001b[<64;1;1M\u001b[<65;1;1M')).toMatchObject([{ kind: 'wheel-up' }, { kind: 'wheel-down' }]);
    expect(mouse('\u001b[<4;1;1M')).toMatchObject([{ shift: true }]);
  });

  it('tells focus, leader keys, the cursor and the background', () => {
    expect(parse(`\u001b[I\u001b[O${encodeLeader('w', '%12')}\u001b[4;2R\u001b]11;rgb:ffff/fafa/f0f0\u001b\\`)).toEqual(
      [
        { type: 'focus', hasFocus: true },
        { type: 'focus', hasFocus: false },
        { type: 'leader', key: 'w', paneId: '%12' },
        { type: 'cursor-position', row: 4, column: 2 },
        { type: 'background', isDark: false },
      ],
    );
  });

  it('takes a paste as one piece, with all that is in it', () => {
    expect(parse('\u001b[200~q\r\u001b[Ax\u001b[201~j')).toEqual([
      { type: 'paste', text: 'q\r\u001b[Ax' },
      { type: 'key', key: 'j', text: 'j' },
    ]);
  });

  it('never turns a paste that is too long into keys', () => {
    const events = parse(`\u001b[200~${'q'.repeat(4_000_100)}\u001b[201~`);
    expect(new Set(events.map(({ type }) => type))).toEqual(new Set(['paste']));
  });
});

describe('pieces', () => {
  it('makes no difference where the bytes are split', () => {
    const piece = fc.constantFrom(
      'j',
      '\u001b[A',
      '\u001b[<0;10;5M',
      '\u001b[200~a\u001bb\u001b[201~',
      '日',
      '\u001b[13;2u',
      '\u001b[I',
      encodeLeader('n', '%3'),
    );
    fc.assert(
      fc.property(fc.array(piece, { minLength: 1 }), fc.array(fc.nat(80)), (parts, cuts) => {
        const whole = parts.join('');
        const places = [...new Set(cuts.map((at) => at % (whole.length + 1)))].sort((a, b) => a - b);
        const parser = new InputParser();
        const split = [...places, whole.length].flatMap((to, index) =>
          parser.push(whole.slice(places[index - 1] ?? 0, to)),
        );
        expect([...split, ...parser.flush()]).toEqual(parse(whole));
      }),
    );
  });

  it('survives any bytes, and is done with them', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (bytes) => {
        const parser = new InputParser();
        parser.push(bytes);
        parser.flush();
        expect(parser.isWaiting).toBe(false);
      }),
    );
  });

  it('waits for the rest of a sequence, and takes a lone Esc for the key when none comes', () => {
    const parser = new InputParser();
    expect(parser.push('\u001b')).toEqual([]);
    expect(parser.isWaiting).toBe(true);
    expect(parser.push('[A')).toEqual([{ type: 'key', key: 'Up', text: '' }]);
    parser.push('\u001b');
    expect(parser.flush()).toEqual([{ type: 'key', key: 'Esc', text: '' }]);
  });
});
