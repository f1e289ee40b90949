import { memo, type ReactNode } from 'react';
import { Lines } from '../components/Lines.tsx';
import { useLooks } from '../components/look-context.ts';
import { detailsLines } from '../layout/details-lines.ts';
import { blank, type Line, span } from '../layout/line.ts';
import { peekLines, type PreviewContent, type PreviewSize, previewLines } from '../layout/preview-lines.ts';
import type { Region, Regions } from '../layout/regions.ts';
import { type AppState, selectedAgent } from '../state/app-state.ts';
import type { GlyphSet } from '../theme/glyphs.ts';

interface SideProps {
  readonly state: AppState;
  readonly regions: Regions;
}

function contentOf(state: AppState, glyphs: GlyphSet): PreviewContent | null {
  const agent = selectedAgent(state);
  if (agent === undefined) return null;
  const { preview } = state;
  const isOwn = preview.agentId === agent.id;
  return {
    agent,
    frame: isOwn ? (preview.history ?? preview.frame) : null,
    isHistory: isOwn && preview.history !== null,
    panColumns: isOwn ? preview.panColumns : 0,
    panRows: isOwn ? preview.panRows : 0,
    glyphs,
    hasFocus: state.focus === 'preview',
  };
}

function emptySide({ columns, rows }: Region, glyphs: GlyphSet, hasDivider: boolean): readonly Line[] {
  const line = hasDivider ? [span(glyphs.of.divider, 'line'), blank(columns - 1)] : [blank(columns)];
  return Array.from({ length: rows }, () => line);
}

/** The live screen of the agent under the cursor: a half beside the list, or a peek below it. */
export function PreviewView({ state, regions }: SideProps): ReactNode {
  const { glyphs } = useLooks();
  const { preview: side, peek, details } = regions;
  const region = side ?? peek;
  if (region === null) return null;
  const content = contentOf(state, glyphs);
  const { columns, rows } = region;
  if (content === null) return <Lines lines={emptySide(region, glyphs, side !== null)} width={columns} />;
  const size = { columns, rows, hasDetails: details !== null };
  return <PreviewLines {...content} {...size} isPeek={side === null} />;
}

type PreviewLinesProps = PreviewContent & PreviewSize & { readonly isPeek: boolean };

// Cropping a screen is the dearest part of a frame; it is done again only for another screen, place or size.
const PreviewLines = memo(function PreviewLines(props: PreviewLinesProps): ReactNode {
  const { columns, rows, isPeek } = props;
  return <Lines lines={isPeek ? peekLines(props, columns, rows) : previewLines(props, props)} width={columns} />;
});

/** What is known about the agent under the cursor, at 180 columns and more. */
export function DetailsView({ state, regions }: SideProps): ReactNode {
  const { glyphs } = useLooks();
  const { details } = regions;
  if (details === null) return null;
  const agent = selectedAgent(state);
  if (agent === undefined) return <Lines lines={emptySide(details, glyphs, true)} width={details.columns} />;
  const explanation = state.explanation?.id === agent.id ? state.explanation : null;
  const content = { agent, explanation, now: state.now, glyphs, hasFocus: state.focus === 'details' };
  return <Lines lines={detailsLines(content, details.columns, details.rows)} width={details.columns} />;
}
