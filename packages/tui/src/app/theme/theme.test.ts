import { describe, expect, it } from 'vitest';
import { paintLine } from './paint.ts';
import { span } from '../layout/line.ts';
import { detectLooks } from './detect.ts';
import { asciiGlyphs, unicodeGlyphs } from './glyphs.ts';
import { cellWidth } from '../layout/cells.ts';
import { createTheme, type Theme, type ThemeName, type Token } from './tokens.ts';

const ESC = '\u001b';

type Rgb = readonly [number, number, number];

function rgbOf(sgr: string, kind: '38' | '48'): Rgb | null {
  const match = new RegExp(`${kind};2;(\\d+);(\\d+);(\\d+)`, 'u').exec(sgr);
  return match === null ? null : [Number(match[1]), Number(match[2]), Number(match[3])];
}

function luminance([red, green, blue]: Rgb): number {
  const linear = (value: number): number => {
    const part = value / 255;
    return part <= 0.040_45 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  };
  return 0.2126 * linear(red) + 0.7152 * linear(green) + 0.0722 * linear(blue);
}

function contrast(a: Rgb, b: Rgb): number {
  const [low = 0, high = 0] = [luminance(a), luminance(b)].sort((x, y) => x - y);
  return (high + 0.05) / (low + 0.05);
}

const hex = (value: string): Rgb =>
  [1, 3, 5].map((at) => Number.parseInt(value.slice(at, at + 2), 16)) as unknown as Rgb;

const backgrounds: Readonly<Record<ThemeName, readonly string[]>> = {
  dark: ['#000000', '#101216', '#1e1e2e', '#282c34'],
  light: ['#ffffff', '#fafafa', '#fdf6e3', '#eeeeee'],
  'high-contrast-dark': ['#000000'],
  'high-contrast-light': ['#ffffff'],
};
const written: readonly Token[] = ['dim', 'accent', 'attention', 'danger', 'done', 'work'];

function worstContrast(name: ThemeName, theme: Theme): number {
  const selected = rgbOf(theme.selected.on, '48');
  const all = [...backgrounds[name].map(hex), ...(selected === null ? [] : [selected])];
  const inks = written.map((token) => rgbOf(theme.looks[token].on, '38')).filter((ink) => ink !== null);
  return Math.min(...inks.flatMap((ink) => all.map((background) => contrast(ink, background))));
}

describe('themes', () => {
  it.each([
    ['dark', 4.5],
    ['light', 4.5],
    ['high-contrast-dark', 7],
    ['high-contrast-light', 7],
  ] as const)('%s can be read on every background and on the selection', (name, least) => {
    expect(worstContrast(name, createTheme(name, 'truecolour'))).toBeGreaterThanOrEqual(least);
  });

  it('has a badge that can be read', () => {
    const { on } = createTheme('dark', 'truecolour').looks.badge;
    expect(contrast(rgbOf(on, '38') ?? [0, 0, 0], rgbOf(on, '48') ?? [0, 0, 0])).toBeGreaterThan(4.5);
  });

  it('gives amber to what waits alone', () => {
    const { looks } = createTheme('dark', 'truecolour');
    const amber = Object.entries(looks).filter(([, look]) => look.on.includes('242;184;75'));
    expect(amber.map(([token]) => token)).toEqual(['attention', 'badge']);
  });

  it('uses no colour under NO_COLOR, and nothing at all on a dumb terminal', () => {
    const none = Object.values(createTheme('dark', 'none').looks);
    expect(none.filter((look) => /38|48|3\d|9\d/u.test(look.on))).toEqual([]);
    expect(Object.values(createTheme('dark', 'truecolour', true).looks).every((look) => look.on === '')).toBe(true);
  });

  it('switches off all that it switches on', () => {
    const line = [span('a', 'attention'), span('b', 'danger'), span('c', 'badge'), span('d', 'key')];
    const painted = paintLine(line, createTheme('dark', 'truecolour'), true);
    const codes = [...painted.matchAll(new RegExp(`${ESC}\\[([\\d;]*)m`, 'gu'))].map(([, code]) => code ?? '');
    expect(codes).toHaveLength(8);
    expect(
      codes.filter((_, index) => index % 2 === 1).every((code) => /^(?:22|39|49)(?:;(?:22|39|49))*$/u.test(code)),
    ).toBe(true);
  });

  it('paints the row under the cursor over its whole width', () => {
    const painted = paintLine([span('a'), span('  '), span('b', 'dim')], createTheme('dark', 'truecolour'), true);
    expect(painted.split(`${ESC}[48;2;43;50;66`).length - 1).toBe(3);
  });

  it('passes an agent’s own colours as they are', () => {
    expect(paintLine([{ text: `${ESC}[31mred${ESC}[0m`, token: 'raw', width: 3 }], createTheme('dark', 'none'))).toBe(
      `${ESC}[31mred${ESC}[0m`,
    );
  });
});

describe('what the environment says', () => {
  const utf8 = { LANG: 'en_US.UTF-8', TERM: 'xterm-256color' };

  it.each([
    [{ ...utf8, COLORTERM: 'truecolor' }, '38;2;163;171;185', 'unicode'],
    [utf8, '2', 'unicode'],
    [{ ...utf8, NO_COLOR: '1', COLORTERM: 'truecolor' }, '', 'unicode'],
    [{ ...utf8, COLORTERM: 'truecolor', COLORFGBG: '0;15' }, '38;2;85;93;106', 'unicode'],
    [{ LANG: 'C', TERM: 'xterm', COLORTERM: '24bit' }, '38;2;163;171;185', 'ascii'],
    [{ ...utf8, TERM: 'linux' }, '2', 'ascii'],
    [{ ...utf8, TERM: 'dumb' }, '', 'ascii'],
  ])('%j gives dim as %j, glyphs %s', (env, dim, glyphs) => {
    const looks = detectLooks({}, env);
    expect([looks.theme.looks.dim.on, looks.glyphs.name]).toEqual([dim, glyphs]);
  });

  it('yields to the config', () => {
    const looks = detectLooks({ theme: 'light', colours: 'truecolour', glyphs: 'ascii' }, utf8);
    expect([looks.theme.looks.dim.on, looks.glyphs.name]).toEqual(['38;2;85;93;106', 'ascii']);
  });
});

describe('glyphs', () => {
  it('take one cell each, in both sets', () => {
    const all = [...Object.values(unicodeGlyphs.of), ...Object.values(asciiGlyphs.of)];
    expect(all.filter((glyph) => cellWidth(glyph) !== 1)).toEqual([]);
  });
});
