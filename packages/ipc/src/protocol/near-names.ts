/** Names that whoever wrote `wrong` may have meant, the likeliest first; at most three. */
export function findNearNames(wrong: string, names: readonly string[]): readonly string[] {
  const word = wrong.slice(0, 64).toLowerCase();
  return names
    .map((name) => ({ name, distance: isPart(word, name) ? 1 : editDistance(word, name) }))
    .filter(({ distance }) => distance <= Math.max(2, Math.floor(word.length / 4)))
    .toSorted((a, b) => a.distance - b.distance)
    .slice(0, 3)
    .map(({ name }) => name);
}

/** A prefix was forgotten, or one too many was written. */
function isPart(word: string, name: string): boolean {
  return word.length >= 4 && (name.endsWith(word) || word.endsWith(name));
}

function editDistance(from: string, to: string): number {
  let row = Array.from({ length: to.length + 1 }, (_, index) => index);
  for (const [index, letter] of Array.from(from).entries()) {
    const next = [index + 1];
    for (const [column, other] of Array.from(to).entries()) {
      const swap = (row[column] ?? 0) + (letter === other ? 0 : 1);
      next.push(Math.min(swap, (row[column + 1] ?? 0) + 1, (next[column] ?? 0) + 1));
    }
    row = next;
  }
  return row.at(-1) ?? 0;
}
