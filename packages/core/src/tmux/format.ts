/**
 * Text as it must be written where tmux expands formats (session and window names, directories, status texts), so that it
 * comes out unchanged: no `#{…}` or `#(…)` in it is ever expanded.
 */
export function escapeFormat(text: string): string {
  // tmux leaves a run of # before [ alone (it may be a style), and halves every other one
  return text.replaceAll(/(#+)(\[?)/g, (all: string, hashes: string, bracket: string) =>
    bracket === '' ? hashes + hashes : all,
  );
}

/**
 * The name that tmux will keep unchanged for a session: `.` and `:` cannot be in one, a leading sigil would be read as an
 * id or a flag, tmux would put a backslash before `$a`, and what cannot be printed is kept out. Never empty, at most 200 UTF-16 units.
 */
export function toSessionName(name: string): string {
  const kept = name.trim().slice(0, 200).toWellFormed();
  const safe = kept.replaceAll(/[.:\\]|\$(?=[A-Za-z_{])|\p{C}|\p{Z}/gu, (found) => (found === ' ' ? ' ' : '_'));
  return safe.replace(/^[$@%=!{~+-]/, '_') || '_';
}

/** A tmux format that prints the variables so that `parseRecords` reads them back whatever they hold. */
export function recordFormat(variables: readonly string[]): string {
  // q: puts a backslash before every space of a value, so a bare space can only be ours
  return variables.map((variable) => `#{q:${variable}} `).join('');
}

/** Reads lines printed with `recordFormat`. A value may hold line breaks: a record ends with its last bare space. */
export function parseRecords<Name extends string>(
  variables: readonly Name[],
  lines: readonly string[],
): readonly Readonly<Record<Name, string>>[] {
  const records: Readonly<Record<Name, string>>[] = [];
  let fields: string[] = [];
  let rest = '';
  for (const line of lines) {
    const parts = splitFields(rest + line);
    rest = `${parts.rest}\n`;
    fields.push(...parts.fields);
    if (fields.length < variables.length) continue;
    records.push(toRecord(variables, fields));
    fields = [];
    rest = '';
  }
  return records;
}

function toRecord<Name extends string>(
  names: readonly Name[],
  fields: readonly string[],
): Readonly<Record<Name, string>> {
  const entries = names.map((name, index) => [name, unescapeValue(fields[index] ?? '')] as const);
  return Object.fromEntries(entries) as Record<Name, string>;
}

function splitFields(text: string): { readonly fields: readonly string[]; readonly rest: string } {
  const fields: string[] = [];
  let start = 0;
  for (let index = 0; index < text.length; index += 1) {
    if (text[index] === '\\') index += 1;
    else if (text[index] === ' ') {
      fields.push(text.slice(start, index));
      start = index + 1;
    }
  }
  return { fields, rest: text.slice(start) };
}

const controlLetters: Readonly<Record<string, string>> = {
  a: '\x07',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  s: ' ',
  t: '\t',
  v: '\v',
};

/**
 * Undoes `#{q:…}` and what tmux then does to unprintable characters (`\033`, `\a`). The two cannot be confused: the first
 * puts a backslash only before punctuation, the second only before letters and digits.
 */
export function unescapeValue(text: string): string {
  if (!text.includes('\\')) return text;
  return text.replaceAll(/\\(?:([0-7]{3})|([\s\S]))/g, (_all, octal: string | undefined, other: string | undefined) => {
    if (octal !== undefined) return String.fromCharCode(Number.parseInt(octal, 8));
    return other === undefined ? '' : (controlLetters[other] ?? other);
  });
}
