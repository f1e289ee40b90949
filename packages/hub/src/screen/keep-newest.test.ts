import { expect, it } from 'vitest';
import { keepNewest } from './keep-newest.ts';

it('leaves the oldest lines out when there are too many bytes, line ends counted', () => {
  expect(keepNewest(['aa', 'bb', 'cc'], 9)).toEqual(['aa', 'bb', 'cc']);
  expect(keepNewest(['aa', 'bb', 'cc'], 8)).toEqual(['bb', 'cc']);
  expect(keepNewest(['aa', '日本'], 7)).toEqual(['日本']);
  expect(keepNewest(['aa', '日本'], 6)).toEqual([]);
});
