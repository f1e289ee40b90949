import { expect, it } from 'vitest';
import { checkKeys } from './check-keys.ts';

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
