const wide =
  /[\u1100-\u115F\u2E80-\u303E\u3041-\uA4CF\uA960-\uA97F\uAC00-\uD7A3\uF900-\uFAFF\uFE30-\uFE6F\uFF00-\uFF60\uFFE0-\uFFE6\u{1F300}-\u{1F64F}\u{1F680}-\u{1F6FF}\u{1F900}-\u{1F9FF}\u{20000}-\u{3FFFD}]/u;

/** Cells of one character, well enough for a program that only ever cuts its own rows. */
function widthOf(character: string): number {
  if (/^[\p{M}\p{Cf}]$/u.test(character)) return 0;
  return wide.test(character) ? 2 : 1;
}

/** Cells of a text. */
export function widthOfText(text: string): number {
  let width = 0;
  for (const character of text) width += widthOf(character);
  return width;
}

/** The longest beginning of a text that fits into so many cells. */
export function cutStart(text: string, columns: number): string {
  let room = columns;
  let cut = '';
  for (const character of text) {
    room -= widthOf(character);
    if (room < 0) return cut;
    cut += character;
  }
  return cut;
}

/** The longest end of a text that fits into so many cells. */
export function cutEnd(text: string, columns: number): string {
  // More characters than cells can never fit, so a pasted megabyte is not measured.
  const characters = Array.from(text.slice(-columns * 2)).reverse();
  let room = columns;
  const kept: string[] = [];
  for (const character of characters) {
    room -= widthOf(character);
    if (room < 0) break;
    kept.push(character);
  }
  return kept.reverse().join('');
}
