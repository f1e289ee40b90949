function isBoundary(text: string, index: number): boolean {
  return index === 0 || /[^\p{L}\p{N}]/u.test(text[index - 1] ?? '');
}

/**
 * How well `pattern` fits `text`: its letters must occur in order. Higher is better, 0 is no match.
 * Letters in a row and at the beginning of words count more; long texts count less.
 */
export function fuzzyScore(pattern: string, text: string): number {
  if (pattern === '') return 1;
  const wanted = pattern.toLowerCase();
  const lower = text.toLowerCase();
  const whole = lower.indexOf(wanted);
  if (whole >= 0) return 100 + (isBoundary(lower, whole) ? 50 : 0) + wanted.length / (lower.length + 1);
  let score = 0;
  let from = 0;
  let previous = -2;
  for (const letter of wanted) {
    const at = lower.indexOf(letter, from);
    if (at < 0) return 0;
    score += at === previous + 1 ? 4 : isBoundary(lower, at) ? 3 : 1;
    previous = at;
    from = at + letter.length;
  }
  return score / (wanted.length * 4) + wanted.length / (lower.length + 1);
}
