import { type SectionId, sectionIds } from '../state/agent-state.ts';
import type { ListItem } from '../state/list-items.ts';
import { formatCount } from '../theme/format.ts';
import type { GlyphName, GlyphSet } from '../theme/glyphs.ts';
import { fitLeft } from './cells.ts';
import { cleanText } from './clean-text.ts';
import { blank, fitLine, type Line, type Span, span } from './line.ts';

type Heading = Extract<ListItem, { readonly kind: 'heading' }>;

const sectionGlyphs: Readonly<Record<SectionId, GlyphName>> = {
  'needs-you': 'needs-you',
  done: 'done',
  working: 'working',
  quiet: 'idle',
};

function groupCounts({ counts }: Heading, glyphs: GlyphSet): readonly Span[] {
  if (counts === null) return [];
  return sectionIds.map((section) => {
    const count = counts[section];
    const text = count === 0 ? '' : `${glyphs.of[sectionGlyphs[section]]} ${formatCount(count)}`;
    return span(fitLeft(text, 7), section === 'needs-you' ? 'attention' : 'dim');
  });
}

/** The heading of a section or group: fold sign, title, count. */
export function headingLine(heading: Heading, width: number, look: { glyphs: GlyphSet; isSelected: boolean }): Line {
  const { glyphs, isSelected } = look;
  const isAttention = heading.key === 'needs-you';
  const lead = [
    isSelected ? span(glyphs.of.bar, 'accent') : blank(1),
    blank(1),
    span(heading.isFolded ? glyphs.of.folded : glyphs.of.open, isAttention ? 'attention' : 'dim'),
    blank(1),
  ];
  const title = cleanText(heading.title);
  if (heading.counts === null) {
    const token = isAttention ? 'attention' : 'dim';
    return fitLine([...lead, span(title, token), span(`  ${formatCount(heading.count)}`, 'dim')], width);
  }
  const hidden = heading.shown < heading.count && heading.shown === 0 ? '  hidden by filter' : '';
  const name = span(fitLeft(title, Math.min(28, Math.max(12, width - 40)), { mark: glyphs.cut }), 'strong');
  return fitLine([...lead, name, blank(2), ...groupCounts(heading, glyphs), span(hidden, 'dim')], width);
}
