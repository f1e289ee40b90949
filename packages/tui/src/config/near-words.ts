/** The known words that come nearest, at most three: two slips of the finger away, or begun with it. */
export function nearWords(word: string, known: readonly string[]): readonly string[] {
  const meant = word.toLowerCase();
  const limit = meant.length < 3 ? Math.floor(meant.length / 2) : Math.min(2, Math.floor(meant.length / 3));
  const rated = known.flatMap((text) => {
    const lower = text.toLowerCase();
    const slips = meant.length > 2 && lower.startsWith(meant) ? 1 : countSlips(meant, lower);
    return slips <= limit ? [{ text, slips }] : [];
  });
  const fewest = Math.min(...rated.map(({ slips }) => slips));
  return rated.flatMap(({ text, slips }) => (slips === fewest ? [text] : [])).slice(0, 3);
}

/** `Did you mean idle or Enter?`, or what else to say when nothing is near. */
export function didYouMean(word: string, known: readonly string[], otherwise: string): string {
  const near = nearWords(word, known);
  return near.length === 0 ? otherwise : `Did you mean ${near.join(' or ')}?`;
}

/** Letters to insert, to remove, to replace or to swap with their neighbour (optimal string alignment). */
function countSlips(from: string, to: string): number {
  const a = Array.from(from);
  const b = Array.from(to);
  const rows: number[][] = [Array.from({ length: b.length + 1 }, (_, index) => index)];
  const at = (row: number, column: number): number => rows[row]?.[column] ?? Number.POSITIVE_INFINITY;
  for (let i = 1; i <= a.length; i++) {
    rows.push([i]);
    for (let j = 1; j <= b.length; j++) {
      const isSwapped = a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      const replaced = at(i - 1, j - 1) + (a[i - 1] === b[j - 1] ? 0 : 1);
      const swapped = isSwapped ? at(i - 2, j - 2) + 1 : Number.POSITIVE_INFINITY;
      rows[i]?.push(Math.min(at(i - 1, j) + 1, at(i, j - 1) + 1, replaced, swapped));
    }
  }
  return at(a.length, b.length);
}
