import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { planColumns } from './columns.ts';

const ids = (width: number, hasHosts = false): string[] => planColumns({ width, hasHosts }).columns.map(({ id }) => id);

describe('columns', () => {
  it('stand side by side without overlap, inside the width', () => {
    fc.assert(
      fc.property(fc.integer({ min: 10, max: 320 }), fc.boolean(), (width, hasHosts) => {
        const { columns, question } = planColumns({ width, hasHosts });
        const ends = columns.map(({ start, width: cells }) => start + cells);
        expect(columns.slice(1).every(({ start }, index) => start >= (ends[index] ?? 0))).toBe(true);
        expect(Math.max(...ends)).toBeLessThanOrEqual(width);
        expect(question.start + question.width).toBeLessThanOrEqual(Math.max(width - 1, question.start));
      }),
    );
  });

  it('use the whole width as soon as everything that must stay fits', () => {
    fc.assert(
      fc.property(fc.integer({ min: 40, max: 320 }), fc.boolean(), (width, hasHosts) => {
        const { columns } = planColumns({ width, hasHosts });
        const last = columns.at(-1);
        expect((last?.start ?? 0) + (last?.width ?? 0)).toBe(width);
      }),
    );
  });

  it('vanish in the order of screens.md, section 2', () => {
    // At 90 and at 80 columns name and text need less, so that the host fits once more below: the first time counts.
    const gone = new Set<string>();
    for (let width = 320; width >= 30; width -= 1) {
      const now = ids(width, true);
      for (const id of ids(width + 1, true)) if (!now.includes(id)) gone.add(id);
    }
    expect([...gone]).toEqual(['age', 'branch', 'host', 'diff', 'agent', 'since', 'word']);
  });

  it('never drop bar, glyph, name and text', () => {
    expect(ids(30)).toEqual(['lead', 'name', 'text']);
  });

  it('put the host before the agent where rows of more than one host are in sight', () => {
    expect(ids(150, true).slice(4, 6)).toEqual(['host', 'agent']);
    expect(ids(150, false).indexOf('host')).toBeGreaterThan(ids(150, false).indexOf('text'));
  });

  it('give their cells to the text where no row in sight has a branch or a diff', () => {
    const plain = planColumns({ width: 80, hasHosts: false, hasBranches: false, hasDiffs: false }).columns;
    const full = planColumns({ width: 80, hasHosts: false });
    expect(plain.map(({ id }) => id)).not.toContain('diff');
    const textOf = (columns: typeof plain): number => columns.find(({ id }) => id === 'text')?.width ?? 0;
    expect(textOf(plain)).toBeGreaterThan(textOf(full.columns) + 5);
  });

  it('never make a name wider than its ideal', () => {
    const name = planColumns({ width: 320, hasHosts: false }).columns.find(({ id }) => id === 'name');
    expect(name?.width).toBe(24);
  });
});
