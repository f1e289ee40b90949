import type { Explanation } from '@swarm-tui/hub/client';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { mockFleet, mockNow } from '../fixtures/mock-fleet.ts';
import { unicodeGlyphs } from '../theme/glyphs.ts';
import { cellWidth } from './cells.ts';
import { detailsLines, wrapText } from './details-lines.ts';
import { lineWidth } from './line.ts';

const agent = mockFleet().find(({ name }) => name === 'payments-retry') ?? mockFleet()[0];
if (agent === undefined) throw new Error('the mock fleet is empty');
const base = { agent, explanation: null, now: mockNow, glyphs: unicodeGlyphs, hasFocus: false };

const texts = (content: Parameters<typeof detailsLines>[0]): string[] =>
  detailsLines(content, 40, 30).map((line) =>
    line
      .map(({ text }) => text)
      .join('')
      .trimEnd(),
  );

describe('the details', () => {
  it('fill their region exactly', () => {
    fc.assert(
      fc.property(fc.integer({ min: 20, max: 80 }), fc.integer({ min: 1, max: 60 }), (columns, rows) => {
        const lines = detailsLines(base, columns, rows);
        expect(lines).toHaveLength(rows);
        expect(new Set(lines.map(lineWidth))).toEqual(new Set([columns]));
      }),
    );
  });

  it('say which source decided and which agree', () => {
    const evidence = (
      source: 'hook' | 'screen',
      says: string,
      verdict: 'decides' | 'agrees',
    ): Explanation['evidence'][number] => ({
      source,
      says,
      verdict,
      state: 'waiting',
      reason: null,
      detail: null,
      at: mockNow,
      trust: 1,
    });
    const explanation: Explanation = {
      id: agent.id,
      name: agent.name,
      lifecycle: 'running',
      activity: agent.activity,
      because: '',
      evidence: [evidence('hook', 'PermissionRequest', 'decides'), evidence('screen', 'rule', 'agrees')],
      history: [],
    };
    const shown = texts({ ...base, explanation });
    expect(shown).toContain('│ proof     hook PermissionRequest');
    expect(shown).toContain('│           screen agrees');
    expect(texts(base).join('\n')).not.toContain('proof');
  });

  it('say unknown where git was not asked yet, and count the queue', () => {
    const shown = texts({ ...base, agent: { ...agent, git: null, queued: 2 } });
    expect(shown).toContain('│ changed   unknown');
    expect(shown).toContain('│ queue     2 messages wait');
  });
});

describe('wrapped text', () => {
  it('never is wider than asked, and loses nothing', () => {
    const word = fc.string({ minLength: 1, maxLength: 30, unit: fc.constantFrom('a', 'b', '日', '-', '/') });
    fc.assert(
      fc.property(fc.array(word, { minLength: 1 }), fc.integer({ min: 4, max: 30 }), (words, width) => {
        const lines = wrapText(words.join(' '), width, 1000);
        expect(Math.max(...lines.map(cellWidth))).toBeLessThanOrEqual(width);
        expect(lines.join('').replaceAll(' ', '')).toBe(words.join(''));
      }),
    );
  });

  it('stops at its limit', () => {
    expect(wrapText('a b c d e', 1, 3)).toEqual(['a', 'b', 'c']);
  });
});
