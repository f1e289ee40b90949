const maxWords = 4;
const maxCells = 28;

/** Signs of two cells: scripts that say in one sign what others say in a word. */
const wide = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}]/u;

/**
 * A name made of the first words of a task's first line: lower-case letters of any script and digits, joined by dashes;
 * '' when it has none.
 */
export function nameFromTask(task: string): string {
  const [firstLine = ''] = task.trimStart().slice(0, 400).split('\n', 1);
  // Accents go from Latin letters alone: in other scripts a mark is half of the letter.
  const plain = firstLine
    .normalize('NFKD')
    .replace(/(\p{Script=Latin})\p{M}+/gu, '$1')
    .normalize('NFC')
    .toLowerCase();
  const words = plain.match(/[\p{L}\p{N}][\p{L}\p{N}\p{M}]*/gu) ?? [];
  return cutName(words.slice(0, maxWords).join('-'));
}

function cutName(name: string): string {
  let cells = 0;
  let result = '';
  for (const { segment } of new Intl.Segmenter().segment(name)) {
    cells += wide.test(segment) ? 2 : 1;
    if (cells > maxCells) break;
    result += segment;
  }
  return result.replace(/-+$/u, '');
}
