import type { TomlError } from 'smol-toml';
import { findKey } from './find-line.ts';

/** What is wrong with a text that is no TOML. */
export interface TomlMistake {
  readonly line: number;
  readonly column: number;
  /** One sentence: the setting, and what is likely to be wrong with it. */
  readonly text: string;
  /** The line as it stands, and one with a caret below the place. */
  readonly excerpt: string;
}

interface Place {
  /** As it is written in the file, without the table; empty where no name could be read. */
  readonly name: string;
  readonly content: string;
  /** From the place of the mistake on. */
  readonly rest: string;
}

/** The parser knows what it could not read; this says which setting that was, and how people write it. */
export function describeTomlMistake(source: string, { line, column, message }: TomlError): TomlMistake {
  const content = source.split(/\r?\n/)[line - 1] ?? '';
  const [reason = ''] = message.replace(/^Invalid TOML document: /, '').split('\n');
  // where the name itself cannot be read, the last one that can be is another's
  const key = /\bkey\b(?!-value declaration)/.test(reason) ? [] : findKey(source, line);
  const place = { name: key.at(-1) ?? '', content, rest: content.slice(column - 1).trim() };
  const cause = causes.find(([said]) => reason.includes(said))?.[1](place) ?? reason;
  return {
    line,
    column,
    text: key.length === 0 ? `${cause}.` : `"${key.join('.')}": ${cause}.`,
    // tabs before the place stay tabs, so that the caret stands below it in any terminal
    excerpt: `${content}\n${content.slice(0, column - 1).replace(/[^\t]/g, ' ')}^`,
  };
}

/** What the parser says, and what a person has mostly done then. */
const causes: readonly (readonly [said: string, cause: (place: Place) => string])[] = [
  ['invalid value', describeValue],
  ['unfinished string', ({ content }) => (/\\["']\s*$/.test(content) ? oneBackslash : 'the closing quote is missing')],
  ['unrecognised escape', () => oneBackslash],
  ['illegal character in key', describeName],
  ['redefine', ({ content }) => (/^\s*\[/.test(content) ? 'this table stands here twice' : 'it is set twice')],
  ['expected comma', () => 'a comma, or the closing bracket, is missing before this place'],
  [
    'must be followed by an end-of-line',
    () => 'only one setting stands on a line, and a text has its quotes around it',
  ],
  ['cannot find end of key', () => 'there is no = after the name'],
  ['unexpected end of key', () => 'there is no name before the ='],
  ['leading zero', () => 'a number begins with no 0'],
];

const oneBackslash = 'a backslash is written twice: "C-\\\\", or in single quotes: \'C-\\\'';

function describeValue({ name, content, rest }: Place): string {
  if (rest === '' || rest.startsWith('#')) return 'there is no value after the =';
  if (/^[“”„‘’]/.test(rest)) return 'the quotes are curly; write straight ones: "…"';
  if (/^(?:true|yes|on)\b/i.test(rest)) return 'write true, in small letters and without quotes';
  if (/^(?:false|no|off)\b/i.test(rest)) return 'write false, in small letters and without quotes';
  const isInList = !/=\s*$/.test(content.slice(0, content.lastIndexOf(rest)));
  const [word = ''] = /^[^,\]}#]+/.exec(rest) ?? [];
  if (isInList) return `a text needs quotes: "${word.trim()}"`;
  return `a text needs quotes: ${name} = "${rest.replace(/\s+#.*$/, '').replaceAll(/["\\]/g, '')}"`;
}

function describeName({ content }: Place): string {
  if (/^\s*\[[^\]]*$/.test(content)) return 'the closing ] of the table is missing';
  if (/^\s*[\w.-]+\s*:/.test(content)) return 'write = after the name, not :';
  return 'a name with other characters than letters, digits, - and _ needs quotes';
}
