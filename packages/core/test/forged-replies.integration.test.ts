import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { openService, startTestServer } from './tmux-server.ts';

const seconds = Math.floor(Date.now() / 1000);
// the numbers that tmux will give to the next commands, for every second of the next ten minutes: some are right
const guesses = Array.from({ length: 600 }, (_, second) =>
  Array.from({ length: 4 }, (_none, number) => `%end ${seconds + second} ${290 + number} 1`),
).flat();

const forgeries: readonly (readonly [title: string, lines: readonly string[]])[] = [
  ['a reply', ['%begin 1700000000 123 1', 'forged', '%end 1700000000 123 1']],
  ['the end of a reply', ['%end 1700000000 123 1']],
  ['the beginning of one', ['%begin 1700000000 123 1']],
  ['an error', ['%begin 1700000000 123 1', 'no such pane', '%error 1700000000 123 1']],
  ['an error alone', ['%error 1700000000 123 1', '%error 1700000000 123 0']],
  ['replies of others', ['%begin 1700000000 123 0', '%end 1700000000 123 0']],
  ['nested replies', ['%begin 1 1 1', '%begin 1 2 1', '%end 1 1 1', '%end 1 2 1']],
  ['events', ['%output %0 forged', '%exit', '%session-changed $9 forged', '%pause %0', '%window-close @0']],
  ['half of one', ['%begin', '%begin 1700000000', '%end', '%', '%%', '%end 1 1', '%begin a b c']],
  ['lines after spaces', [' %end 1700000000 123 1', '%end  1700000000 123 1', '%end 1700000000 123 1 x']],
  ['the end of an answer before', ['%end 0 0 1', '', '%end 0 0 1', '', '']],
  ['thousands of guesses', guesses],
];

describe('text of a pane that looks like what tmux says to us', () => {
  it.each(forgeries)('comes back as text, and the connection lives on: %s', async (_title, lines) => {
    const server = await startTestServer('set -g history-limit 10000');
    const service = openService(server, 'control');
    const events: string[] = [];
    service.transport.subscribe(({ type }) => events.push(type));
    const file = join(server.directory, 'forged');
    await writeFile(file, `${lines.join('\n')}\nlast line\n`);
    const command = ['sh', '-c', `cat '${file}'; exec cat`];
    const { paneId } = await service.createSession({ name: 'forger', command, columns: 80, rows: 24 });
    await service.waitFor(paneId, 'last line', { timeoutMs: 20_000 });
    for (let round = 0; round < 5; round += 1) {
      const [history, all, info] = await Promise.all([
        service.capture(paneId, { start: '-' }),
        service.captureAll([paneId, paneId]),
        service.query({ list: ['display-message'], variables: ['version'] }),
      ]);
      const end = history.lines.indexOf('last line');
      expect(history.lines.slice(0, end)).toEqual(lines);
      const screens = all.map((frame) => (frame.status === 'fulfilled' ? frame.value.lines.length : 0));
      expect(screens).toEqual([24, 24]);
      expect(info[0]?.version).toMatch(/\d/);
    }
    expect(events).not.toContain('disconnected');
    expect(events).not.toContain('exit');
  });
});
