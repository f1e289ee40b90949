import type { FilterState } from '../state/app-state.ts';
import { formatCount } from '../theme/format.ts';
import type { GlyphSet } from '../theme/glyphs.ts';
import { cleanText } from './clean-text.ts';
import { type Line, span, spread } from './line.ts';

/** What the filter line is drawn from, besides the filter. */
export interface FilterLineContent {
  readonly matching: number;
  readonly all: number;
  readonly glyphs: GlyphSet;
  readonly width: number;
}

/** The line of `/` below the header: the text, how many rows match, the keys that work. */
export function filterLine(filter: FilterState, { matching, all, glyphs, width }: FilterLineContent): Line {
  const left: Line = [
    span(' /', 'accent'),
    span(` ${cleanText(filter.text)}`),
    span(filter.isEditing ? glyphs.of.cursor : '', 'accent'),
  ];
  const keys: Line = filter.isEditing
    ? [span('Enter', 'key'), span(' keep   ', 'dim'), span('Esc', 'key'), span(' clear', 'dim')]
    : [span('Esc', 'key'), span(' clear', 'dim')];
  return spread(left, [span(`${formatCount(matching)} of ${formatCount(all)}   `, 'dim'), ...keys], { width });
}
