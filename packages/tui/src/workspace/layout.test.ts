import { describe, expect, it } from 'vitest';
import { dockColumns, toLayoutString } from './layout.ts';

describe('toLayoutString', () => {
  it('writes what tmux itself writes, checksum included', () => {
    // recorded: tmux 3.3a, 140x23, split -h, list-panes -F '#{window_layout}'
    const dock = { columns: 70, paneId: '%0' };
    expect(toLayoutString({ kind: 'stack', columns: 140, rows: 23, dock, panes: ['%1'] })).toBe(
      'a036,140x23,0,0{70x23,0,0,0,69x23,71,0,1}',
    );
  });

  it('stacks panes beside the dock and leaves no cell over', () => {
    const dock = { columns: 40, paneId: '%0' };
    const text = toLayoutString({ kind: 'stack', columns: 140, rows: 24, dock, panes: ['%1', '%2'] });
    expect(text.slice(5)).toBe('140x24,0,0{40x24,0,0,0,99x24,41,0[99x12,41,0,1,99x11,41,13,2]}');
  });

  it('tiles four panes two by two, and five three and two', () => {
    const four = toLayoutString({ kind: 'tiled', columns: 101, rows: 21, dock: null, panes: ['%1', '%2', '%3', '%4'] });
    expect(four.slice(5)).toBe(
      '101x21,0,0[101x10,0,0{50x10,0,0,1,50x10,51,0,2},101x10,0,11{50x10,0,11,3,50x10,51,11,4}]',
    );
    const five = toLayoutString({
      kind: 'tiled',
      columns: 101,
      rows: 21,
      dock: null,
      panes: ['%1', '%2', '%3', '%4', '%5'],
    });
    expect(five).toContain('{33x10,0,0,1,33x10,34,0,2,33x10,68,0,3}');
  });

  it('is a single cell for one pane alone', () => {
    expect(toLayoutString({ kind: 'tiled', columns: 80, rows: 24, dock: null, panes: ['%7'] }).slice(5)).toBe(
      '80x24,0,0,7',
    );
  });
});

describe('dockColumns', () => {
  it('is 40, and less where little is left for the agent', () => {
    expect([300, 140, 100, 80, 40, 20].map(dockColumns)).toEqual([40, 40, 40, 32, 16, 12]);
  });
});
