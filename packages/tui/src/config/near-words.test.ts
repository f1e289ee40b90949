import { expect, it } from 'vitest';
import { didYouMean, nearWords } from './near-words.ts';

const states = ['idle', 'waiting', 'stopped', 'working', 'error'];

it.each([
  ['idel', ['idle']],
  ['Ilde', ['idle']],
  ['wating', ['waiting']],
  ['stop', ['stopped']],
  ['err', ['error']],
  ['all tests pass', []],
  ['x', []],
  ['done', []],
])('takes %s for %j', (word, meant) => {
  expect(nearWords(word, states)).toEqual(meant);
});

it('names the nearest alone, and three at most', () => {
  expect(nearWords('abcd', ['abxy', 'abcx', 'abce', 'abcf', 'abcg'])).toEqual(['abcx', 'abce', 'abcf']);
  expect(nearWords('abcdef', ['abxyef'])).toEqual(['abxyef']);
  expect(nearWords('bogus', ['logs'])).toEqual([]);
});

it('asks, or says the other thing', () => {
  expect(didYouMean('idel', states, 'no')).toBe('Did you mean idle?');
  expect(didYouMean('nonsense', states, 'no')).toBe('no');
});
