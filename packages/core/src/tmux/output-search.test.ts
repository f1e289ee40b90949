import { expect, it } from 'vitest';
import { OutputSearch } from './output-search.ts';

const inChunks = (pattern: RegExp | string, ...chunks: readonly string[]): readonly (string | undefined)[] => {
  const search = new OutputSearch(pattern);
  return chunks.map((chunk) => search.push(chunk));
};

it('finds what is spread over chunks, also with colours cut in two', () => {
  expect(inChunks('ready', 'rea', 'dy')).toEqual([undefined, 'ready']);
  expect(inChunks(/read[yz]/g, 're\u001b[3', '1mad\u001b', '[0mz')).toEqual([undefined, undefined, 'readz']);
});

it('does not take a title for text, wherever its sequence is cut', () => {
  const title = '\u001b]0;ready\u001b\\';
  for (let cut = 1; cut < title.length; cut += 1)
    expect(inChunks('ready', title.slice(0, cut), title.slice(cut), 'x')).toEqual([undefined, undefined, undefined]);
});

it('finds what is longer than the overlap when it is a plain text', () => {
  const long = 'x'.repeat(9000);
  expect(inChunks(long, 'y', long.slice(0, 5000), long.slice(5000)).at(-1)).toBe(long);
});

it('looks at each chunk a bounded number of times', () => {
  const search = new OutputSearch(/^[^]*$/);
  const found = Array.from({ length: 100 }, () => search.push('y'.repeat(1000))?.length ?? 0);
  expect(Math.max(...found)).toBeLessThanOrEqual(4096 + 1000);
});

it('does not hold back for ever what only begins like a sequence', () => {
  expect(inChunks('ready', '\u001b]0;', 'z'.repeat(5000), 'ready').at(-1)).toBe('ready');
});
