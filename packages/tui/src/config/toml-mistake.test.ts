import { parse, TomlError } from 'smol-toml';
import { describe, expect, it } from 'vitest';
import { describeTomlMistake, type TomlMistake } from './toml-mistake.ts';

function mistake(source: string): TomlMistake {
  try {
    parse(source);
  } catch (error) {
    if (error instanceof TomlError) return describeTomlMistake(source, error);
    throw error;
  }
  throw new Error('this is TOML');
}

describe('describeTomlMistake', () => {
  it.each([
    ['theme = dark', '"theme": a text needs quotes: theme = "dark".'],
    ['leader = C-]   # mine', '"leader": a text needs quotes: leader = "C-]".'],
    ['[keys]\nspawn = [n, x]', '"keys.spawn": a text needs quotes: "n".'],
    ['[keys]\nspawn = [\n  "a",\n  n ]', '"keys.spawn": a text needs quotes: "n".'],
    ['leader = ', '"leader": there is no value after the =.'],
    ['ascii = True', '"ascii": write true, in small letters and without quotes.'],
    ['motion = off', '"motion": write false, in small letters and without quotes.'],
    ['theme = “dark”', '"theme": the quotes are curly; write straight ones: "…".'],
    ['theme = "dark', '"theme": the closing quote is missing.'],
    ['leader = "C-\\"', '"leader": a backslash is written twice: "C-\\\\", or in single quotes: \'C-\\\'.'],
    ['leader = "C-\\q"', '"leader": a backslash is written twice: "C-\\\\", or in single quotes: \'C-\\\'.'],
    ['theme: "dark"', 'write = after the name, not :.'],
    ['[keys\nspawn = ["n"]', 'the closing ] of the table is missing.'],
    ['a b = 3', 'a name with other characters than letters, digits, - and _ needs quotes.'],
    ['ascii = true\nascii = false', '"ascii": it is set twice.'],
    ['[keys]\n[keys]', '"keys": this table stands here twice.'],
    ['x = ["a" "b"]', '"x": a comma, or the closing bracket, is missing before this place.'],
    [
      'ascii = false, motion = true',
      '"ascii": only one setting stands on a line, and a text has its quotes around it.',
    ],
    ['theme = "dark"\nascii', 'there is no = after the name.'],
    ['= 3', 'there is no name before the =.'],
    ['x = 08', '"x": a number begins with no 0.'],
  ])('says of %j: %s', (source, text) => {
    expect(mistake(source).text).toBe(text);
  });

  it('shows the line with a caret below the place, tabs and line ends or not', () => {
    expect(mistake('ascii = true\r\n\ttheme = dark\r\n')).toMatchObject({
      line: 2,
      column: 10,
      excerpt: '\ttheme = dark\n\t        ^',
    });
  });
});
