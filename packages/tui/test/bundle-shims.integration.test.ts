import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import fc from 'fast-check';
import stringWidth from 'string-width';
import { describe, expect, it, onTestFinished } from 'vitest';
// @ts-expect-error plain JavaScript for the bundler
import { LazySegmenter } from '../scripts/bundle/lazy-segmenter.mjs';
// @ts-expect-error plain JavaScript for the bundler
import { loadScript } from '../scripts/bundle/load-script.mjs';
// @ts-expect-error plain JavaScript for the bundler
import { measurePlain } from '../scripts/bundle/quick-string-width.mjs';

const everyCodePoint = Array.from({ length: 0x3100 }, (_, code) => String.fromCodePoint(code));
const texts = fc.string({ unit: 'grapheme', maxLength: 30 });
const screens = fc.array(
  fc.constantFrom(
    'a',
    '─',
    '●',
    '…',
    '\u001b[1;33m',
    '\u001b[0m',
    '日',
    'é',
    'e\u0301',
    '👍🏽',
    '\u200d',
    '\ufe0f',
    '\t',
    '\u00ad',
  ),
  { maxLength: 30 },
);

describe('the width that the bundle measures without tables', () => {
  it('is that of string-width, or none, for every single character', () => {
    const wrong = everyCodePoint.filter((text) => ![null, stringWidth(text)].includes(measurePlain(text)));
    expect(wrong).toEqual([]);
  });

  it('is that of string-width, or none, for any text', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          texts,
          screens.map((parts) => parts.join('')),
        ),
        (text) => [null, stringWidth(text)].includes(measurePlain(text)),
      ),
    );
  });

  it('is known for what the UI draws', () => {
    expect(measurePlain('\u001b[1m▌\u001b[22m ● index-rebuild │ working… ')).toBe(29);
    expect(measurePlain('日本')).toBeNull();
    expect(measurePlain('●', { ambiguousIsNarrow: false })).toBeNull();
  });
});

describe('the segmenter of the bundle', () => {
  const [mine, real] = [
    new LazySegmenter(undefined, { granularity: 'grapheme' }),
    new Intl.Segmenter(undefined, { granularity: 'grapheme' }),
  ];
  const split = (segmenter: Intl.Segmenter, text: string) =>
    Array.from(segmenter.segment(text), ({ segment, index }) => `${index} ${segment}`);

  it('splits as Intl.Segmenter does, every pair of characters too', () => {
    const wrong = everyCodePoint.filter(
      (text) => split(mine, `a${text}●${text}b`).join() !== split(real, `a${text}●${text}b`).join(),
    );
    expect(wrong).toEqual([]);
  });

  it('splits any text as Intl.Segmenter does', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          texts,
          screens.map((parts) => parts.join('')),
        ),
        (text) => split(mine, text).join() === split(real, text).join(),
      ),
    );
  });

  it('finds the grapheme at a place', () => {
    const at = (segmenter: Intl.Segmenter, index: number) => segmenter.segment('plain')?.containing(index);
    expect([-1, 0, 4, 5].map((index) => at(mine, index)?.segment)).toEqual(
      [-1, 0, 4, 5].map((index) => at(real, index)?.segment),
    );
  });
});

describe('a script of the bundle', () => {
  it('has exports, require and its own address', () => {
    const directory = mkdtempSync(join(tmpdir(), 'swarm-script-'));
    onTestFinished(() => rmSync(directory, { recursive: true }));
    const url = pathToFileURL(join(directory, 'part.cjs'));
    writeFileSync(join(directory, 'beside.cjs'), 'module.exports = 7');
    const body = "exports.found = [require('./beside.cjs'), swarmUrl]";
    writeFileSync(url, `// 00ff\n(function(exports,require,module,swarmUrl){${body}\n})`);
    expect(loadScript(url, 'ls')).toEqual({ found: [7, url.href] });
  });
});
