import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { escapeFormat, parseRecords, recordFormat, toSessionName, unescapeValue } from './format.ts';

/** What `#{q:…}` prints for a value (tmux 3.3a, format.c). */
function quoteLikeTmux(value: string): string {
  return value.replaceAll(/[|&;<>()$`\\"'*?[# =%]/g, String.raw`\$&`);
}

describe('records', () => {
  it('asks for each variable, quoted, with a bare space behind it', () => {
    expect(recordFormat(['session_name', '@x'])).toBe('#{q:session_name} #{q:@x} ');
  });

  it('reads back any values, line breaks and spaces in them too', () => {
    const value = fc.oneof(fc.string({ unit: 'grapheme' }), fc.constantFrom('', ' ', '\n', 'a\n\nb ', '\\ ', '\\'));
    fc.assert(
      fc.property(fc.array(fc.record({ a: value, b: value }), { maxLength: 5 }), (records) => {
        const printed = records.map(({ a, b }) => `${quoteLikeTmux(a)} ${quoteLikeTmux(b)} `).join('\n');
        const lines = records.length === 0 ? [] : printed.split('\n');
        expect(parseRecords(['a', 'b'], lines)).toEqual(records);
      }),
    );
  });

  it('gives nothing for a record that is cut short', () => {
    expect(parseRecords(['a', 'b'], ['one '])).toEqual([]);
  });

  it('undoes how tmux prints control characters', () => {
    expect(unescapeValue(String.raw`\033[1m\a\\033\ \tx`)).toBe('\x1b[1m\x07\\033 \tx');
  });
});

describe('escapeFormat', () => {
  it.each([
    ['#{pid}', '##{pid}'],
    ['##(id)', '####(id)'],
    ['#[fg=red]', '#[fg=red]'],
    ['##[x#y', '##[x##y'],
    ['plain } ,', 'plain } ,'],
  ])('writes %s so that it is not expanded', (text, escaped) => {
    expect(escapeFormat(text)).toBe(escaped);
  });
});

describe('toSessionName', () => {
  it.each([
    ['fix login', 'fix login'],
    ['v1.2:main', 'v1_2_main'],
    ['$1', '_1'],
    ['-flag', '_flag'],
    ['a$b$1', 'a_b$1'],
    ['a\nb\u202ec\\d', 'a_b_c_d'],
    ['   ', '_'],
    ['日本 é', '日本 é'],
  ])('makes %j into %j', (name, kept) => {
    expect(toSessionName(name)).toBe(kept);
  });

  it('is never empty nor long, and keeps what it made', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 400 }), (name) => {
        const made = toSessionName(name);
        expect(made.length).toBeGreaterThan(0);
        expect(made.length).toBeLessThanOrEqual(200);
        expect(toSessionName(made)).toBe(made);
      }),
    );
  });
});
