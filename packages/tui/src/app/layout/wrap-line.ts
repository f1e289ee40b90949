import { cellWidth, graphemes } from './cells.ts';
import { blank, type Line, lineWidth, type Span, span } from './line.ts';

/** Cells of blanks that a line begins with. */
function leadOf(line: Line): number {
  let lead = 0;
  for (const { text } of line) {
    const rest = text.trimStart();
    lead += text.length - rest.length;
    if (rest !== '') break;
  }
  return lead;
}

// Words and the blanks between them, a word without end as its graphemes: what may stand at the start of a line.
function piecesOf(line: Line, room: number): readonly Span[] {
  return line.flatMap(({ text, token }) =>
    text
      .split(/( +)/u)
      .filter((piece) => piece !== '')
      .flatMap((piece) => (cellWidth(piece) > room && piece.trim() !== '' ? graphemes(piece) : [piece]))
      .map((piece) => span(piece, token)),
  );
}

/** Breaks a line of plain spans at blanks instead of cutting it; what follows stands two cells further in. */
export function wrapLine(line: Line, width: number): readonly Line[] {
  if (lineWidth(line) <= width) return [line];
  const indent = Math.min(leadOf(line) + 2, Math.floor(width / 2));
  const lines: Span[][] = [[]];
  let used = 0;
  for (const piece of piecesOf(line, width - indent)) {
    const isBlank = piece.text.trim() === '';
    const cells = cellWidth(piece.text);
    if (used + cells > width) {
      lines.push([blank(indent)]);
      used = indent;
      if (isBlank) continue;
    }
    lines.at(-1)?.push(piece);
    used += cells;
  }
  return lines;
}
