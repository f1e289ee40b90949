import { expect, it } from 'vitest';
import { checkKeys, describeEscapeTime } from './check-keys.ts';

const { signal } = new AbortController();

it('says which leader is free outside tmux', async () => {
  expect(await checkKeys({ TERM: 'xterm-256color' }, 'C-]', false)(signal)).toEqual([
    { level: 'ok', topic: 'keys', text: 'not inside tmux, XON/XOFF not asked, leader ^] is free' },
  ]);
});

it('knows a tmux around it that it cannot see into', async () => {
  expect(await checkKeys({ TERM: 'screen-256color' }, 'C-]', false)(signal)).toMatchObject([
    { level: 'note', text: /outer tmux/ },
  ]);
});

it('says what a long escape-time does to Esc', () => {
  expect(describeEscapeTime('500')).toEqual([expect.stringMatching(/500 ms.*set -s escape-time 10$/)]);
  expect(describeEscapeTime('10')).toEqual([]);
  expect(describeEscapeTime('None')).toEqual([]);
});
