import { Box } from 'ink';
import { type ReactNode, useContext, useMemo } from 'react';
import { AgentRow } from '../components/AgentRow.tsx';
import { useLooks } from '../components/look-context.ts';
import { RegistryContext } from '../components/registry-context.ts';
import { TextLine } from '../components/TextLine.tsx';
import { type ColumnPlan, planColumns } from '../layout/columns.ts';
import { headingLine } from '../layout/heading-line.ts';
import { blank, fitLine, type Line, span } from '../layout/line.ts';
import type { Regions } from '../layout/regions.ts';
import { branchOf } from '../layout/row-line.ts';
import type { AppState } from '../state/app-state.ts';
import type { ListItem } from '../state/list-items.ts';
import { type VisibleItems, visibleItems } from '../state/visible-items.ts';
import { formatClock, formatCount } from '../theme/format.ts';
import type { GlyphSet } from '../theme/glyphs.ts';
import { paintLine } from '../theme/paint.ts';
import { emptyListLines } from './empty-list.ts';

interface ListViewProps {
  readonly state: AppState;
  readonly regions: Regions;
}

/** The time a lost hub was last heard; null while it answers. */
function lostSince({ connection, now }: AppState): string | null {
  return connection.state === 'lost' ? formatClock(connection.since, now) : null;
}

function usePlan(state: AppState, regions: Regions, { shown }: VisibleItems): ColumnPlan {
  // The blank before a divider belongs to nobody.
  const width = regions.list.columns - (regions.preview === null ? 0 : 1);
  const hasHosts = state.list.content.hosts > 1;
  const agents = shown.flatMap(({ item }) => state.fleet.agents.get(item.key) ?? []);
  const hasBranches = agents.some((agent) => branchOf(agent) !== '');
  const hasDiffs = agents.some(({ git }) => git !== null && git.added + git.removed > 0);
  return useMemo(
    () => planColumns({ width, hasHosts, hasBranches, hasDiffs }),
    [width, hasHosts, hasBranches, hasDiffs],
  );
}

function ItemLine({
  item,
  state,
  plan,
  glyphs,
}: {
  item: ListItem;
  state: AppState;
  plan: ColumnPlan;
  glyphs: GlyphSet;
}): ReactNode {
  const { theme } = useLooks();
  if (item.kind === 'agent') return null;
  const isSelected = item.key === state.list.cursorKey;
  const line =
    item.kind === 'heading'
      ? headingLine(item, plan.width, { glyphs, isSelected })
      : [blank(1), span(glyphs.of.rule.repeat(Math.max(0, plan.width - 2)), 'line'), blank(1)];
  return <TextLine text={paintLine(line, theme, isSelected)} />;
}

function moreLine(regions: Regions, hidden: number, glyphs: GlyphSet): Line | null {
  if (regions.mode !== 'dock' && regions.mode !== 'phone') return null;
  const text = hidden > 0 ? ` ${glyphs.of.more} ${formatCount(hidden)} more` : '';
  return fitLine([span(text, 'dim')], regions.list.columns);
}

/** The list: only the rows in sight, padded with blank lines to the height of its region. */
export function ListView({ state, regions }: ListViewProps): ReactNode {
  const { theme, glyphs } = useLooks();
  const registry = useContext(RegistryContext);
  const visible = visibleItems(state, regions);
  const { shown, used, agentsBelow } = visible;
  const plan = usePlan(state, regions, visible);
  const lost = lostSince(state);
  const more = moreLine(regions, agentsBelow, glyphs);
  const empty = shown.length === 0 ? emptyListLines(state, { width: plan.width, glyphs, registry }) : [];
  const filler = Math.max(0, regions.list.rows - used - empty.length - Number(more !== null));
  return (
    <Box flexDirection="column" width={regions.list.columns} height={regions.list.rows} flexShrink={0}>
      {shown.map(({ item, lines }) => {
        const agent = item.kind === 'agent' ? state.fleet.agents.get(item.key) : undefined;
        if (agent === undefined)
          return <ItemLine key={item.key} item={item} state={state} plan={plan} glyphs={glyphs} />;
        return (
          <AgentRow
            key={item.key}
            agent={agent}
            mode={regions.mode}
            plan={plan}
            lines={lines}
            now={state.now}
            isSelected={item.key === state.list.cursorKey}
            isMarked={state.list.marks.has(item.key)}
            lostSince={lost}
            isPulseLow={state.pulse % 2 === 1 && state.now - agent.outputAt < 2000}
          />
        );
      })}
      {empty.map((line, index) => (
        <TextLine key={`empty${index}`} text={paintLine(line, theme)} />
      ))}
      {more === null ? null : <TextLine text={paintLine(more, theme)} />}
      {filler > 0 ? <Box height={filler} flexShrink={0} /> : null}
    </Box>
  );
}
