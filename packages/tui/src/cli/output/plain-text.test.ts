/* oxlint-disable no-control-regex -- control characters are what this file is about */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { plainText } from './plain-text.ts';

describe('plainText', () => {
  it('takes no time for a line without an end', () => {
    expect(plainText()('x'.repeat(3_000_000))).toHaveLength(3_000_000);
    expect(plainText()(`${'\r'.repeat(1_000_000)}x`)).toBe('x');
  });

  it('drops escape sequences, also those that come in pieces', () => {
    const plain = plainText();
    expect(['a\u001b', '[3', '1mb\u001b]0;ti', 'tle\u0007c\n'].map(plain).join('')).toBe('abc\n');
  });

  it('shows a line that was drawn over once', () => {
    expect(plainText()('10%\r50%\r100%\r\ndone\r\n')).toBe('100%\ndone\n');
  });

  it('lets no control character through, however the text is cut', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ unit: 'binary' })), (pieces) => {
        const out = pieces.map(plainText()).join('');
        expect(out).not.toMatch(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/);
      }),
    );
  });

  it('keeps plain text whole', () => {
    fc.assert(
      fc.property(fc.array(fc.stringMatching(/^[a-z ä日\n\t]*$/)), (pieces) => {
        expect(pieces.map(plainText()).join('')).toBe(pieces.join(''));
      }),
    );
  });
});
