import { describe, expect, it } from 'vitest';
import { looksFor, probeSequence, takeAnswer } from './terminal-probe.ts';

const env = { LANG: 'en_US.UTF-8', TERM: 'xterm-256color', COLORTERM: 'truecolor' };
const japanese = { ...env, LANG: 'ja_JP.UTF-8' };

describe('what the terminal is asked', () => {
  it('is its background, and the width of a glyph only where that is in doubt', () => {
    expect(probeSequence({}, env)).toBe('\u001b]11;?\u0007');
    expect(probeSequence({}, japanese)).toContain('\u001b[6n');
  });

  it('is nothing that the config says already, and nothing at all on a dumb terminal', () => {
    expect(probeSequence({ theme: 'light', glyphs: 'ascii' }, japanese)).toBe('');
    expect(probeSequence({}, { ...japanese, TERM: 'dumb' })).toBe('');
  });
});

describe('what it answers', () => {
  const answered = (...events: readonly Parameters<typeof takeAnswer>[1][]): Parameters<typeof looksFor>[2] =>
    events.reduce(takeAnswer, {});
  const dim = { dark: '38;2;163;171;185', light: '38;2;85;93;106' };

  it('turns the theme light or dark, unless the config chose one', () => {
    const light = answered({ type: 'background', isDark: false });
    expect(looksFor({}, env, {}).theme.looks.dim.on).toBe(dim.dark);
    expect(looksFor({}, env, light).theme.looks.dim.on).toBe(dim.light);
    expect(looksFor({ theme: 'dark' }, env, light).theme.looks.dim.on).toBe(dim.dark);
  });

  it('gives a Japanese terminal ASCII glyphs until one is known to be narrow', () => {
    const narrow = answered({ type: 'cursor-position', column: 2, row: 1 });
    const wide = answered({ type: 'cursor-position', column: 3, row: 1 });
    expect([{}, narrow, wide].map((answers) => looksFor({}, japanese, answers).glyphs.name)).toEqual([
      'ascii',
      'unicode',
      'ascii',
    ]);
  });

  it('is no key', () => {
    const answers = {};
    expect(takeAnswer(answers, { type: 'key', key: 'j', text: 'j' })).toBe(answers);
  });
});
