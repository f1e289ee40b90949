/** Meaning of a piece of text; the only way to get a colour (screens.md, section 2). */
export type Token = 'text' | 'dim' | 'line' | 'accent' | 'attention' | 'danger' | 'done' | 'work' | 'badge' | 'strong';

/** SGR parameters that switch a look on and off again. Both empty: the terminal's own look. */
export interface Look {
  readonly on: string;
  readonly off: string;
}

/** What the terminal is drawn on. */
export type Background = 'dark' | 'light';
/** A theme by name. */
export type ThemeName = Background | 'high-contrast-dark' | 'high-contrast-light';
/** Colours the terminal shows; `none` under NO_COLOR and TERM=dumb. */
export type ColourDepth = 'none' | '16' | 'truecolour';

/** Colours by meaning, as SGR. */
export interface Theme {
  readonly looks: Readonly<Record<Token, Look>>;
  /** Background of the row under the cursor, and what its text gets besides. */
  readonly selected: Look;
  /** Keys in hints. */
  readonly key: Look;
}

interface Palette {
  readonly text: string;
  readonly dim: string;
  readonly line: string;
  readonly accent: string;
  readonly attention: string;
  readonly danger: string;
  readonly done: string;
  readonly work: string;
  readonly selected: string;
  readonly badge: string;
}

const palettes: Readonly<Record<ThemeName, Palette>> = {
  dark: {
    text: '#d8dce4',
    dim: '#a3abb9',
    line: '#4a5162',
    accent: '#8ab4ff',
    attention: '#f2b84b',
    danger: '#ff8f8f',
    done: '#7fce8f',
    work: '#6cc7d9',
    selected: '#2b3242',
    badge: '#101216',
  },
  light: {
    text: '#1f2328',
    dim: '#555d6a',
    line: '#c3c8d0',
    accent: '#1f4fb8',
    attention: '#7a4700',
    danger: '#a8201a',
    done: '#1a6430',
    work: '#0b5c6e',
    selected: '#e2e9f7',
    badge: '#ffffff',
  },
  'high-contrast-dark': {
    text: '#ffffff',
    dim: '#d0d0d0',
    line: '#ffffff',
    accent: '#a8ccff',
    attention: '#ffd75f',
    danger: '#ffb0b0',
    done: '#9ff0ae',
    work: '#8be9fd',
    selected: '#00304f',
    badge: '#000000',
  },
  'high-contrast-light': {
    text: '#000000',
    dim: '#3a3a3a',
    line: '#000000',
    accent: '#0a3182',
    attention: '#5c3500',
    danger: '#7d0d0d',
    done: '#0d4a1f',
    work: '#064150',
    selected: '#d6e4ff',
    badge: '#ffffff',
  },
};

const plain: Look = { on: '', off: '' };
const bold: Look = { on: '1', off: '22' };
const inverse: Look = { on: '7', off: '27' };

function rgb(hex: string): string {
  const value = Number.parseInt(hex.slice(1), 16);
  return `2;${value >> 16};${(value >> 8) & 255};${value & 255}`;
}

function ink(hex: string): Look {
  return { on: `38;${rgb(hex)}`, off: '39' };
}

function both(...looks: readonly Look[]): Look {
  const join = (parts: readonly string[]): string => parts.filter((part) => part !== '').join(';');
  return { on: join(looks.map((look) => look.on)), off: join(looks.map((look) => look.off)) };
}

function truecolour(name: ThemeName): Theme {
  const palette = palettes[name];
  // The terminal's own text colour is used, but for high contrast, which paints itself.
  const text = name.startsWith('high') ? ink(palette.text) : plain;
  return {
    looks: {
      text,
      strong: both(text, bold),
      dim: ink(palette.dim),
      line: ink(palette.line),
      accent: ink(palette.accent),
      attention: both(ink(palette.attention), bold),
      danger: ink(palette.danger),
      done: ink(palette.done),
      work: ink(palette.work),
      badge: both(bold, ink(palette.badge), { on: `48;${rgb(palette.attention)}`, off: '49' }),
    },
    selected: { on: `48;${rgb(palette.selected)}`, off: '49' },
    key: ink(palette.accent),
  };
}

function sixteen(background: Background): Theme {
  const isDark = background === 'dark';
  const colour = (dark: string, light: Look): Look => (isDark ? { on: dark, off: '39' } : light);
  return {
    looks: {
      text: plain,
      strong: bold,
      dim: { on: '2', off: '22' },
      line: { on: '90', off: '39' },
      accent: colour('96', { on: '34', off: '39' }),
      attention: colour('93', bold),
      danger: colour('91', { on: '31', off: '39' }),
      done: colour('92', bold),
      work: colour('96', plain),
      badge: inverse,
    },
    selected: bold,
    key: colour('96', { on: '34', off: '39' }),
  };
}

const colourless: Theme = {
  looks: {
    text: plain,
    strong: bold,
    dim: plain,
    line: plain,
    accent: bold,
    attention: bold,
    danger: bold,
    done: bold,
    work: plain,
    badge: both(bold, inverse),
  },
  selected: bold,
  key: { on: '4', off: '24' },
};

/** TERM=dumb: no sequence at all. */
const bare: Theme = {
  looks: {
    text: plain,
    strong: plain,
    dim: plain,
    line: plain,
    accent: plain,
    attention: plain,
    danger: plain,
    done: plain,
    work: plain,
    badge: plain,
  },
  selected: plain,
  key: plain,
};

/** The looks for a theme on a terminal of that depth. `isDumb`: nothing but text may be sent. */
export function createTheme(name: ThemeName, depth: ColourDepth, isDumb = false): Theme {
  if (isDumb) return bare;
  if (depth === 'none') return colourless;
  if (depth === '16') return sixteen(name.endsWith('light') ? 'light' : 'dark');
  return truecolour(name);
}
