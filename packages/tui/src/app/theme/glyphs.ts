/** What a glyph stands for; one cell each in both sets. */
export type GlyphName =
  | 'needs-you'
  | 'error'
  | 'done'
  | 'working'
  | 'starting'
  | 'held'
  | 'idle'
  | 'stopped'
  | 'queued'
  | 'unknown'
  | 'lost'
  | 'bar'
  | 'mark'
  | 'open'
  | 'folded'
  | 'rule'
  | 'divider'
  | 'more'
  | 'cursor'
  | 'minus'
  | 'dot'
  | 'prompt';

/** One set of glyphs (screens.md, section 2). `cut` is the one that may take two cells. */
export interface GlyphSet {
  readonly name: 'unicode' | 'ascii';
  readonly cut: string;
  readonly of: Readonly<Record<GlyphName, string>>;
}

/** Signs of one cell that common fonts have. */
export const unicodeGlyphs: GlyphSet = {
  name: 'unicode',
  cut: '…',
  of: {
    'needs-you': '▲',
    error: '×',
    done: '◆',
    working: '●',
    starting: '+',
    held: '=',
    idle: '·',
    stopped: '■',
    queued: '…',
    unknown: '?',
    lost: '~',
    bar: '▌',
    mark: '*',
    open: '▼',
    folded: '►',
    rule: '─',
    divider: '│',
    more: '↓',
    cursor: '▏',
    minus: '−',
    dot: '·',
    prompt: '›',
  },
};

/** For terminals that have no others. */
export const asciiGlyphs: GlyphSet = {
  name: 'ascii',
  cut: '..',
  of: {
    'needs-you': '!',
    error: 'x',
    done: '*',
    working: '>',
    starting: '+',
    held: '=',
    idle: '.',
    stopped: '#',
    queued: '_',
    unknown: '?',
    lost: '~',
    bar: '>',
    mark: '*',
    open: 'v',
    folded: '>',
    rule: '-',
    divider: '|',
    more: 'v',
    cursor: '_',
    minus: '-',
    dot: '.',
    prompt: '>',
  },
};
