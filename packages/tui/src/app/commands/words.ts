// A quoted piece, or a run of signs that are neither blank nor quote; a backslash takes the next sign as it is.
const piece = /"((?:\\.|[^"\\])*)"?|'([^']*)'?|((?:\\.|[^\s"'\\])+)|(\\)/gsu;

function unescape(text: string): string {
  return text.replace(/\\(.)/gsu, '$1');
}

/** Parts a line of the palette into words as a shell would: quotes hold words together, an open one ends at the end. */
export function splitWords(line: string): readonly string[] {
  const words: string[] = [];
  let end = -1;
  for (const match of line.matchAll(piece)) {
    const [whole, double, single, bare, slash] = match;
    const text = single ?? slash ?? unescape(double ?? bare ?? '');
    // Pieces that touch are one word: --name="a b".
    if (match.index === end) words.push((words.pop() ?? '') + text);
    else words.push(text);
    end = match.index + whole.length;
  }
  return words;
}
