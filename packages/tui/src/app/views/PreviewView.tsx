import { type ReactNode, useMemo } from 'react';
import { Lines } from '../components/Lines.tsx';
import { useLooks } from '../components/look-context.ts';
import { detailsLines } from '../layout/details-lines.ts';
import { blank, type Line, span } from '../layout/line.ts';
import { peekLines, type PreviewContent, previewLines } from '../layout/preview-lines.ts';
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
  const agent = selectedAgent(state);
  const lines = useMemo(() => {
    if (region === null) return [];
    const content = contentOf(state, glyphs);
    if (content === null) return emptySide(region, glyphs, side !== null);
    if (side === null) return peekLines(content, region.columns, region.rows);
    return previewLines(content, { columns: side.columns, rows: side.rows, hasDetails: details !== null });
    // What the lines are made of; the rest of the state may change without them.
  }, [agent, state.preview, state.focus, region?.columns, region?.rows, side === null, details === null, glyphs]);
  return region === null ? null : <Lines lines={lines} width={region.columns} />;
}

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
