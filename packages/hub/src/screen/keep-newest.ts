/** The last lines of a text that together have at most `maxBytes`; what is left out is at the beginning. */
export function keepNewest(lines: readonly string[], maxBytes: number): readonly string[] {
  let start = lines.length;
  let room = maxBytes;
  while (start > 0) {
    room -= Buffer.byteLength(lines[start - 1] ?? '') + 1;
    if (room < 0) break;
    start -= 1;
  }
  return start === 0 ? lines : lines.slice(start);
}
