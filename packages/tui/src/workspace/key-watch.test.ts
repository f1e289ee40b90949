import { FakeTmuxTransport } from '@swarm-tui/core/testing';
import { describe, expect, it } from 'vitest';
import { beginWatch, bindWatch, listWatchable, unlessTyped } from './key-watch.ts';

const session = { sessionId: '$1', table: 'swarm', people: ['/dev/pts/1'] };

describe('watching for a key', () => {
  it('forgets what was typed before, and catches the next key of each person', () => {
    expect(beginWatch(session)).toEqual([
      ['set-option', '-t', '$1', '@swarm_typed', ''],
      ['switch-client', '-c', '/dev/pts/1', '-T', 'swarm-watch'],
    ]);
  });

  it('watches people only', async () => {
    const transport = new FakeTmuxTransport(() => ['1 client-7', '0 /dev/pts/1']);
    expect(await listWatchable(transport, '$1')).toEqual(['/dev/pts/1']);
  });

  it('looks whether one was typed when it acts, not when it is asked to', () => {
    const command = unlessTyped(session, [['select-pane', '-t', '%2']]);
    expect(command.slice(0, -1)).toEqual(['run-shell', '-b', '-C', '-t', '$1:']);
    expect(command.at(-1)).toContain('##{@swarm_typed}');
  });

  it('gives each key to the list, and the leader its table', () => {
    const commands = bindWatch({ sessionId: '$1', table: 'swarm', listPaneId: '%1', leader: 'C-]' });
    const bound = new Map(commands.map((command) => [command[3], command.at(-1)]));
    expect(bound.get('Any')).toMatch(/@swarm_typed 1 ; .*send-keys -t .*%1/);
    expect(bound.get('C-]')).toMatch(/@swarm_typed 1 ; switch-client -T swarm-leader$/);
    expect(commands.every((command) => command[2] === 'swarm-watch')).toBe(true);
  });
});
