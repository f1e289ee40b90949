import { describe, expect, it } from 'vitest';
import { describeFleet, toPaneEnvironment } from './ui-environment.ts';

describe('toPaneEnvironment', () => {
  it('leaves out what tmux sets and what belongs to the terminal left behind', () => {
    const env = {
      TMUX: '/tmp/x,1,0',
      TMUX_PANE: '%3',
      TERM: 'xterm',
      LINES: '24',
      A_KEY: 'a\nb',
      EMPTY: '',
      GONE: undefined,
    };
    expect(toPaneEnvironment(env)).toEqual([
      ['A_KEY', 'a\nb'],
      ['EMPTY', ''],
    ]);
  });
});

describe('describeFleet', () => {
  it('differs where agents, log or hub would differ, and only there', () => {
    const home = { HOME: '/home/a' };
    expect(describeFleet({ ...home, LANG: 'C' })).toBe(describeFleet({ ...home, LANG: 'de_DE' }));
    expect(describeFleet({ ...home, SWARM_TUI_STATE_DIR: '/s' })).not.toBe(describeFleet(home));
    expect(describeFleet({ ...home, SWARM_TUI_TMUX_SOCKET: 'x' })).not.toBe(describeFleet(home));
  });

  it('holds no blank that would break the line it is read back from', () => {
    expect(describeFleet({ HOME: '/home/a b\tc\nd' })).not.toMatch(/\s/);
  });
});
