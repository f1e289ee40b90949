import { describe, expect, it } from 'vitest';
import { RuntimeError } from '../errors.ts';
import { CommandQueue } from './command-queue.ts';
import { closedError } from './tmux-failure.ts';

function setUp() {
  let now = 0;
  let doubts = 0;
  let hasRoom = true;
  const written: string[] = [];
  const queue = new CommandQueue({
    write: (lines) => {
      written.push(...lines.trimEnd().split('\n'));
      return hasRoom;
    },
    onDoubt: () => {
      doubts += 1;
    },
    now: () => now,
  });
  return {
    queue,
    written,
    doubts: () => doubts,
    pass: (ms: number) => {
      now += ms;
    },
    fill: (isFull: boolean) => {
      hasRoom = !isFull;
    },
    answer: (...lines: string[]) => queue.settle({ isError: false, isOurs: true, lines }),
  };
}

const codeOf = async (outcomes: Promise<readonly PromiseSettledResult<unknown>[]>): Promise<unknown> => {
  const [outcome] = await outcomes;
  return outcome?.status === 'rejected' && outcome.reason instanceof RuntimeError ? outcome.reason.code : outcome;
};

describe('CommandQueue', () => {
  it('writes at once to a server that just answered, and pairs the answers', async () => {
    const { queue, written, answer, doubts } = setUp();
    const first = queue.add([['list-sessions'], ['list-windows']]);
    expect(written).toEqual(['list-sessions', 'list-windows']);
    answer('a');
    answer('b');
    expect(await first.outcomes).toEqual([
      { status: 'fulfilled', value: ['a'] },
      { status: 'fulfilled', value: ['b'] },
    ]);
    expect([first.withdraw(), doubts()]).toEqual([false, 0]);
  });

  it('asks a quiet server first, once, and writes what waited when it answers, in order', async () => {
    const { queue, written, answer, doubts, pass } = setUp();
    pass(51);
    const first = queue.add([['kill-pane']]);
    const second = queue.add([['list-panes']]);
    expect(written).toEqual(['display-message -p ok']);
    expect(doubts()).toBe(1);
    answer('ok');
    expect(written).toEqual(['display-message -p ok', 'kill-pane', 'list-panes']);
    answer('1');
    answer('2');
    expect([await first.outcomes, await second.outcomes]).toMatchObject([[{ value: ['1'] }], [{ value: ['2'] }]]);
  });

  it('never writes what was withdrawn before', async () => {
    const { queue, written, answer, pass } = setUp();
    pass(51);
    const taken = queue.add([['kill-pane']]);
    queue.add([['list-panes']]);
    expect(taken.withdraw()).toBe(true);
    answer('ok');
    expect(written).toEqual(['display-message -p ok', 'list-panes']);
  });

  it('holds back, withdrawable, what finds no room', () => {
    const { queue, written, fill } = setUp();
    fill(true);
    queue.add([['list-panes']]);
    const held = queue.add([['kill-pane']]);
    queue.add([['list-windows']]);
    expect(written).toEqual(['list-panes']);
    expect(held.withdraw()).toBe(true);
    fill(false);
    queue.flush();
    expect(written).toEqual(['list-panes', 'list-windows']);
  });

  it('tells apart, on silence, what was never written, what only looked, and what may be done yet', async () => {
    const { queue, answer, pass, written } = setUp();
    const looks = queue.add([['list-panes']]);
    const changes = queue.add([['list-panes'], ['kill-pane']]);
    const kept = queue.add([['new-session']], { outlastsSilence: true });
    pass(51);
    const late = queue.add([['kill-server']]);
    queue.giveUp();
    expect(await Promise.all([looks, changes, late].map(({ outcomes }) => codeOf(outcomes)))).toEqual([
      'engine-unavailable',
      'outcome-unknown',
      'engine-unavailable',
    ]);
    for (const line of ['1', '2', '3', 'made', 'ok']) answer(line);
    expect(await kept.outcomes).toMatchObject([{ value: ['made'] }]);
    expect(written).not.toContain('kill-server');
    // answers pair as before
    const next = queue.add([['list-clients']]);
    answer('next');
    expect(await next.outcomes).toMatchObject([{ value: ['next'] }]);
  });

  it('refuses everything once the connection is gone, and says a last word before', async () => {
    const { queue, written, pass } = setUp();
    const open = queue.add([['kill-pane']]);
    pass(51);
    const waiting = queue.add([['kill-window']]);
    const asked = queue.ask();
    queue.addLast([['set-option', '-u', '@x']]);
    queue.close(closedError('gone'));
    const after = queue.add([['list-panes']]);
    const codes = [open, waiting, after].map(({ outcomes }) => codeOf(outcomes));
    expect(await Promise.all(codes)).toEqual(['tmux-closed', 'tmux-closed', 'tmux-closed']);
    await asked;
    expect(written.at(-1)).toBe('set-option -u @x');
    expect(written).not.toContain('kill-window');
  });
});
