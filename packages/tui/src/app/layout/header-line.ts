import type { SectionId } from '../state/agent-state.ts';
import { formatCount } from '../theme/format.ts';
import type { GlyphSet } from '../theme/glyphs.ts';
import { blank, fitLine, type Line, type Span, span, spread } from './line.ts';

/** What the header is drawn from. */
export interface HeaderContent {
  readonly counts: Readonly<Record<SectionId, number>>;
  readonly glyphs: GlyphSet;
  readonly width: number;
  /** Dock and phone: numbers without words. */
  readonly isShort: boolean;
  /** At the right: "hub lost …", "3 hosts up". */
  readonly note: Line;
  /** No answer from the hub yet. */
  readonly isConnecting: boolean;
}

function counter(glyph: string, count: number, word: string): string {
  return word === '' ? `${glyph} ${formatCount(count)}` : `${glyph} ${formatCount(count)} ${word}`;
}

function waits(count: number): string {
  return count === 1 ? 'needs you' : 'need you';
}

/** The first line: the amber badge, then what else there is. */
export function headerLine(content: HeaderContent): Line {
  const { counts, glyphs, width, isShort, note, isConnecting } = content;
  if (isConnecting)
    return spread([blank(1), span(' swarm  ', 'strong'), span('asking the hub', 'dim')], note, { width });
  const { of } = glyphs;
  const words = isShort ? ['', '', ''] : ['done', 'working', 'quiet'];
  const badge: Span =
    counts['needs-you'] === 0
      ? span(` ${counter(of.idle, 0, 'need you')} `, 'dim')
      : span(` ${counter(of['needs-you'], counts['needs-you'], waits(counts['needs-you']))} `, 'badge');
  const left: Line = [
    blank(1),
    badge,
    blank(2),
    span(counter(of.done, counts.done, words[0] ?? ''), counts.done > 0 ? 'done' : 'dim'),
    blank(2),
    span(counter(of.working, counts.working, words[1] ?? ''), 'dim'),
    blank(2),
    span(counter(of.idle, counts.quiet, words[2] ?? ''), 'dim'),
  ];
  return note.length === 0 ? fitLine(left, width) : spread(left, note, { width });
}
