import { execFileSync } from 'node:child_process';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { quoteShell, quoteTmux, quoteTmuxArguments } from './quote.ts';

describe('quoteTmux', () => {
  it('leaves plain words as they are', () => {
    expect(quoteTmux(['capture-pane', '-p', '-t', '@1'])).toBe('capture-pane -p -t @1');
  });

  it('quotes what tmux would read', () => {
    expect(quoteTmux(['a', '', '%1', '~', '$x', 'say "hi"\n\\', '\x1b\x7f'])).toBe(
      String.raw`a "" "%1" "\~" "\$x" "say \"hi\"\n\\" "\033\177"`,
    );
  });

  it('never breaks the line, and refuses NUL and no words', () => {
    fc.assert(
      fc.property(
        fc.array(
          fc.string({ unit: 'binary' }).map((text) => text.replaceAll('\0', '')),
          { minLength: 1 },
        ),
        (words) => {
          expect(quoteTmux(['x', ...words])).not.toMatch(/[\n\r]/);
        },
      ),
    );
    expect(() => quoteTmux(['a\0'])).toThrow('NUL');
    expect(() => quoteTmux([])).toThrow('needs a name');
  });
});

describe('quoteTmuxArguments', () => {
  it('keeps a semicolon at the end from ending the command', () => {
    expect(quoteTmuxArguments(['x', 'a;', ';', 'a\\;', 'a;b'])).toEqual(['x', 'a\\;', '\\;', 'a\\\\;', 'a;b']);
  });
});

describe('quoteShell', () => {
  it('is read back by a POSIX shell word by word', () => {
    const word = fc.string({ unit: 'grapheme', maxLength: 30 }).map((text) => text.replaceAll('\0', ''));
    fc.assert(
      fc.property(fc.array(word, { maxLength: 6 }), (words) => {
        const printed = execFileSync('/bin/sh', ['-c', `printf '%s\\0' end ${quoteShell(words)}`], {
          encoding: 'utf8',
        });
        expect(printed.split('\0').slice(0, -1)).toEqual(['end', ...words]);
      }),
      { numRuns: 40 },
    );
  });

  it('leaves plain words readable', () => {
    expect(quoteShell(['tmux', '-L', 'swarm-agents', 'attach', '-t', '=name', "it's"])).toBe(
      String.raw`tmux -L swarm-agents attach -t =name 'it'\''s'`,
    );
  });
});
