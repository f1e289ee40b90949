import { expect, it } from 'vitest';
import { allCommands } from '../commands/all-commands.ts';
import { CommandRegistry } from '../commands/registry.ts';
import { after, mockState } from '../fixtures/mock-screen.tsx';
import { unicodeGlyphs } from '../theme/glyphs.ts';
import { sheetSentences } from './sheet-sentences.ts';

const look = { width: 80, rows: 24, glyphs: unicodeGlyphs, registry: new CommandRegistry(allCommands) };

it('reads a sheet as title, lines and hints, without blank lines', () => {
  const state = after(mockState({ columns: 80, rows: 24 }), {
    type: 'sheet.open',
    sheet: { kind: 'choice', purpose: 'stop', agentIds: ['a7'], chosen: null, losses: new Map(), problem: null },
  });
  const sentences = sheetSentences(state, look);
  expect(sentences[0]).toBe('Stop index-rebuild?');
  expect(sentences).toContain('It is working (4s ago). Its conversation is kept.');
  expect(sentences.at(-1)).toBe('j k choose  Enter do it  Esc leave all as it is');
  expect(sentences).not.toContain('');
});

it('says nothing without a sheet', () => {
  expect(sheetSentences(mockState({ columns: 80, rows: 24 }), look)).toEqual([]);
});
