import { expect, it } from 'vitest';
import { isHubProcess } from './hub-process.ts';

const hub = { command: '/usr/bin/node /opt/swarm-tui/bin/swarm-tui.js hub run', startedAt: 5_000, notedAt: 5_400 };

it('knows a hub by its command line, though its start is told in whole seconds', () => {
  expect(isHubProcess(hub)).toBe(true);
  expect(isHubProcess({ ...hub, command: `${hub.command} --state x`, startedAt: 6_000 })).toBe(true);
});

it.each([
  ['another program with hub in its name', { ...hub, command: 'vim /home/me/github/notes.txt' }],
  ['a client that talks to the hub', { ...hub, command: 'node swarm-tui.js hub status' }],
  ['a hub of a later time that got its number', { ...hub, startedAt: 9_000 }],
  ['no process', { command: '', startedAt: Number.NaN, notedAt: 5_400 }],
])('takes %s for no hub of this directory', (_what, other) => {
  expect(isHubProcess(other)).toBe(false);
});
