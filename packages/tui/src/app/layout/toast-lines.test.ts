import { describe, expect, it } from 'vitest';
import { mockNow } from '../fixtures/mock-fleet.ts';
import { after, mockState } from '../fixtures/mock-screen.tsx';
import type { AppState } from '../state/app-state.ts';
import { unicodeGlyphs } from '../theme/glyphs.ts';
import { lineWidth } from './line.ts';
import { toastLines } from './toast-lines.ts';

const long =
  'config.toml line 12: "leader" cannot be Ctrl+C. The old leader Ctrl+] stays, and all else of the file counts.';

function told(columns: number, ...texts: readonly string[]): AppState {
  const toasts = texts.map((text) => ({ type: 'toast', kind: 'error', text }) as const);
  return after(mockState({ columns, rows: 24 }), ...toasts);
}

function draw(state: AppState): string[] {
  const { columns: width } = state.size;
  return toastLines(state, { glyphs: unicodeGlyphs, width }).map((line) => {
    expect(lineWidth(line)).toBe(width);
    return line.map(({ text }) => text).join('');
  });
}

describe('what is told above the hints', () => {
  it('is one line where it fits', () => {
    expect(draw(told(80, 'push refused'))).toEqual([` × push refused${' '.repeat(56)}Esc hide `]);
  });

  it('goes on in further lines, whole, also in the dock', () => {
    expect(
      draw(told(80, long))
        .map((line) => line.replace('Esc hide', '').trim())
        .join(' '),
    ).toBe(`× ${long}`);
    const dock = draw(told(40, 'The key Ctrl+] is taken by your tmux: the leader is Ctrl+\\\\ now.'));
    expect(dock.length).toBeGreaterThan(1);
    expect(dock.map((line) => line.replace('Esc hide', '').trim()).join(' ')).toContain('the leader is');
  });

  it('is cut after three lines: the rest stands in the notices', () => {
    const lines = draw(told(40, `${long} ${long}`));
    expect(lines).toHaveLength(3);
    expect(lines[2]?.trimEnd()).toMatch(/…$/u);
  });

  it('is an error and, below it, what can still be undone', () => {
    const undo = { type: 'undo.offer', agentIds: ['a2'], text: 'csv-export removed.', until: mockNow + 9000 } as const;
    const lines = draw(after(told(80, 'push refused'), undo));
    expect(lines).toEqual([
      expect.stringContaining('× push refused'),
      expect.stringMatching(/csv-export removed. +u undo 9s $/u),
    ]);
  });

  it('says how many more there are, and where', () => {
    expect(draw(told(80, 'first', 'second', 'third'))[0]).toMatch(/^ × first +2 more :notices {2}Esc hide $/u);
    expect(draw(told(40, 'first', 'second'))[0]).toMatch(/^ × first +Esc hide $/u);
  });
});
