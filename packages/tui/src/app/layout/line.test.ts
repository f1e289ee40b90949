import { describe, expect, it } from 'vitest';
import { asciiLine, lineWidth, span, spread } from './line.ts';

const text = (line: ReturnType<typeof spread>): string => line.map((part) => part.text).join('');

describe('spread', () => {
  it('says with a mark that it cut, also where nothing stands at the right', () => {
    expect(text(spread([span('a long note')], [], { width: 7 }))).toBe('a long…');
    expect(text(spread([span('short')], [], { width: 7 }))).toBe('short  ');
  });
});

describe('asciiLine', () => {
  it('replaces our signs cell by cell, and nothing of an agent', () => {
    const line = [span('▌ 1–9 of 30 … ← →'), span(' 日本語 ›', 'raw')];
    expect(text(asciiLine(line))).toBe('> 1-9 of 30 . < > 日本語 ›');
    expect(lineWidth(asciiLine(line))).toBe(lineWidth(line));
  });
});
