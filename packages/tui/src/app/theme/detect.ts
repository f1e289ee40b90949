import { asciiGlyphs, type GlyphSet, unicodeGlyphs } from './glyphs.ts';
import { type Background, type ColourDepth, createTheme, type Theme, type ThemeName } from './tokens.ts';

/** What a person may force in the config or on the command line; `auto` looks at the environment. */
export interface LookConfig {
  /** @default 'auto' */
  readonly theme?: ThemeName | 'auto' | undefined;
  /** @default 'auto' */
  readonly colours?: ColourDepth | 'auto' | undefined;
  /** @default 'auto' */
  readonly glyphs?: 'unicode' | 'ascii' | 'auto' | undefined;
}

/** Colours and signs, as the terminal and the person allow. */
export interface Looks {
  readonly theme: Theme;
  readonly glyphs: GlyphSet;
}

type Environment = Readonly<Record<string, string | undefined>>;

function isDumb(env: Environment): boolean {
  return env['TERM'] === 'dumb';
}

function findDepth(env: Environment): ColourDepth {
  if ((env['NO_COLOR'] ?? '') !== '' || isDumb(env)) return 'none';
  if (/truecolor|24bit/iu.test(env['COLORTERM'] ?? '')) return 'truecolour';
  return (env['TERM'] ?? '').endsWith('-direct') ? 'truecolour' : '16';
}

// COLORFGBG is `text;background` in the 16 colours; 7 and 9 to 15 are light.
function findBackground(env: Environment): Background {
  const code = Number((env['COLORFGBG'] ?? '').split(';').at(-1) || Number.NaN);
  return code === 7 || (code >= 9 && code <= 15) ? 'light' : 'dark';
}

function localeOf(env: Environment): string {
  return env['LC_ALL'] || env['LC_CTYPE'] || env['LANG'] || '';
}

/** A locale in which terminals may draw our glyphs two cells wide. */
export function isWideLocale(env: Environment): boolean {
  return /^(?:ja|ko|zh)(?:_|\.|$)/u.test(localeOf(env));
}

function findGlyphs(env: Environment): GlyphSet {
  const locale = localeOf(env);
  // Until the terminal has said that a glyph is one cell wide.
  if (env['TERM'] === 'linux' || isDumb(env) || isWideLocale(env)) return asciiGlyphs;
  return /utf-?8/iu.test(locale) ? unicodeGlyphs : asciiGlyphs;
}

/** Picks theme and glyphs from the config, then the environment; pure, so no terminal is asked. */
export function detectLooks(config: LookConfig, env: Environment): Looks {
  const { theme = 'auto', colours = 'auto', glyphs = 'auto' } = config;
  const name = theme === 'auto' ? findBackground(env) : theme;
  const depth = colours === 'auto' ? findDepth(env) : colours;
  const chosen = glyphs === 'auto' ? findGlyphs(env) : glyphs === 'ascii' ? asciiGlyphs : unicodeGlyphs;
  return { theme: createTheme(name, depth, isDumb(env)), glyphs: chosen };
}
