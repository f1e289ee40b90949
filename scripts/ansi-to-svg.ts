/* oxlint-disable no-control-regex -- control characters are what this file is about */
// A terminal screen as SVG: text, 24-bit and palette colours, bold, dim, inverse. Enough for pictures in the README.
interface Style {
  readonly colour: string | null;
  readonly background: string | null;
  readonly isBold: boolean;
  readonly isDim: boolean;
  readonly isInverse: boolean;
}

interface Run {
  readonly text: string;
  readonly column: number;
  readonly cells: number;
  readonly style: Style;
}

const plain: Style = { colour: null, background: null, isBold: false, isDim: false, isInverse: false };
const palette = ['#000000', '#cd3131', '#0dbc79', '#e5e510', '#2472c8', '#bc3fbc', '#11a8cd', '#e5e5e5'];
const bright = ['#666666', '#f14c4c', '#23d18b', '#f5f543', '#3b8eea', '#d670d6', '#29b8db', '#ffffff'];
const cell = { width: 8.4, height: 18 };
const looks = { text: '#d8dce4', background: '#101216' };

function fromIndex(index: number): string {
  if (index < 8) return palette[index] ?? looks.text;
  if (index < 16) return bright[index - 8] ?? looks.text;
  if (index >= 232) return `rgb(${Array.from({ length: 3 }, () => 8 + (index - 232) * 10).join(',')})`;
  const level = (step: number): number => (step === 0 ? 0 : 55 + step * 40);
  const cube = index - 16;
  return `rgb(${level(Math.floor(cube / 36))},${level(Math.floor(cube / 6) % 6)},${level(cube % 6)})`;
}

const simple: Readonly<Record<number, Partial<Style>>> = {
  0: plain,
  1: { isBold: true },
  2: { isDim: true },
  7: { isInverse: true },
  22: { isBold: false, isDim: false },
  27: { isInverse: false },
  39: { colour: null },
  49: { background: null },
};

/** The style after the code at `index`, and how many codes that took. */
function applyCode(
  style: Style,
  codes: readonly number[],
  index: number,
): { readonly style: Style; readonly taken: number } {
  const code = codes[index] ?? 0;
  const isColour = code >= 30 && code < 50 && code % 10 < 8;
  const key = Math.floor(code / 10) === 4 ? 'background' : 'colour';
  if (isColour) return { style: { ...style, [key]: fromIndex(code % 10) }, taken: 1 };
  if (code >= 90 && code < 98) return { style: { ...style, colour: fromIndex(code - 82) }, taken: 1 };
  if (code !== 38 && code !== 48) return { style: { ...style, ...simple[code] }, taken: 1 };
  if (codes[index + 1] !== 2) return { style: { ...style, [key]: fromIndex(codes[index + 2] ?? 0) }, taken: 3 };
  return { style: { ...style, [key]: `rgb(${codes.slice(index + 2, index + 5).join(',')})` }, taken: 5 };
}

function applyCodes(style: Style, codes: readonly number[]): Style {
  let next = style;
  for (let index = 0; index < codes.length; ) {
    const step = applyCode(next, codes, index);
    next = step.style;
    index += step.taken;
  }
  return next;
}

function isWide(character: string): boolean {
  return /\p{Script=Han}|\p{Script=Hiragana}|\p{Script=Katakana}|\p{Script=Hangul}|[\uff01-\uff60]/u.test(character);
}

/** Runs of equal style of one line; the style goes on to the next line, as in a terminal. */
function toRuns(line: string, start: Style): { readonly runs: readonly Run[]; readonly style: Style } {
  let style = start;
  let column = 0;
  const runs: Run[] = [];
  // oxlint-disable-next-line no-control-regex -- escape sequences are what this reads
  for (const part of line.split(/(\u001b\[[\d;:]*m|\u001b\][^\u0007\u001b]*(?:\u0007|\u001b\\)|\u000e|\u000f)/u)) {
    const codes = /^\u001b\[([\d;:]*)m$/u.exec(part)?.[1];
    if (codes !== undefined) style = applyCodes(style, codes === '' ? [0] : codes.split(/[;:]/).map(Number));
    else if (part !== '' && !/^[\u001b\u000e\u000f]/u.test(part)) {
      const cells = Array.from(part).reduce((sum, character) => sum + (isWide(character) ? 2 : 1), 0);
      runs.push({ text: part, column, cells, style });
      column += cells;
    }
  }
  return { runs, style };
}

const escape = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');

function drawRun({ text, column, cells, style }: Run, row: number): string {
  const colour = style.isInverse ? (style.background ?? looks.background) : (style.colour ?? looks.text);
  const background = style.isInverse ? (style.colour ?? looks.text) : style.background;
  const x = column * cell.width;
  const box =
    background === null
      ? ''
      : `<rect x="${x.toFixed(1)}" y="${row * cell.height}" width="${(cells * cell.width).toFixed(1)}" height="${cell.height}" fill="${background}"/>`;
  if (text.trim() === '') return box;
  const extra = `${style.isBold ? ' font-weight="bold"' : ''}${style.isDim ? ' opacity="0.7"' : ''}`;
  const length = ` textLength="${(cells * cell.width).toFixed(1)}" lengthAdjust="spacingAndGlyphs"`;
  return `${box}<text x="${x.toFixed(1)}" y="${row * cell.height + 13.5}" fill="${colour}"${extra}${length}>${escape(text)}</text>`;
}

/** Draws the lines of `tmux capture-pane -e -p`. */
export function ansiToSvg(lines: readonly string[], columns: number, title: string): string {
  let style = plain;
  const drawn = lines.flatMap((line, row) => {
    const read = toRuns(line, style);
    style = read.style;
    return read.runs.map((run) => drawRun(run, row)).filter((text) => text !== '');
  });
  const width = Math.ceil(columns * cell.width);
  const height = lines.length * cell.height;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="-12 -12 ${width + 24} ${height + 24}" role="img" aria-label="${escape(title)}">`,
    `<rect x="-12" y="-12" width="${width + 24}" height="${height + 24}" rx="8" fill="${looks.background}"/>`,
    `<g font-family="'JetBrains Mono','Fira Code','DejaVu Sans Mono',Menlo,Consolas,monospace" font-size="14" xml:space="preserve">`,
    ...drawn,
    '</g>',
    '</svg>',
    '',
  ].join('\n');
}
