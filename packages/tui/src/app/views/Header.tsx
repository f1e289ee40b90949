import type { ReactNode } from 'react';
import { Lines } from '../components/Lines.tsx';
import { useLooks } from '../components/look-context.ts';
import { filterLine } from '../layout/filter-line.ts';
import { headerLine } from '../layout/header-line.ts';
import { cleanText } from '../layout/clean-text.ts';
import { blank, type Line, span, spread } from '../layout/line.ts';
import type { Regions } from '../layout/regions.ts';
import type { AppState } from '../state/app-state.ts';
import { isFirstRun } from '../state/first-run.ts';
import { formatClock, formatSpan } from '../theme/format.ts';

/** What the header says at the right: a lost hub first, then what there is room for. */
function headerNote(state: AppState, width: number): Line {
  const { connection, now, list, fleet } = state;
  if (connection.state === 'lost') {
    if (connection.isStopped === true) return [span(`hub stopped ${formatClock(connection.since, now)}`, 'danger')];
    const wait = formatSpan(Math.max(0, Math.ceil((connection.retryAt - now) / 1000) * 1000));
    return [span(`hub lost ${formatClock(connection.since, now)}, retry in ${wait}`, 'danger')];
  }
  if (list.isOnlyWaiting) return [span('only those that need you  (W)', 'dim')];
  const up = [...fleet.runtimes.values()].filter(({ status }) => status === 'up').length;
  return width >= 180 && fleet.runtimes.size > 1 ? [span(`${up} hosts up`, 'dim')] : [];
}

// screens.md, 3.6: there is nothing to count yet.
function firstHeader(state: AppState, width: number): Line {
  const version = state.machine?.tmuxVersion ?? null;
  const note =
    state.connection.state === 'lost'
      ? headerNote(state, width)
      : [span(version === null ? 'hub up' : `hub up, tmux ${cleanText(version)}`, 'dim')];
  return spread([span(' swarm', 'strong'), span('  no agents yet', 'dim')], note, { width });
}

/** The header: badge and counters, and the filter while there is one. */
export function Header({ state, regions }: { readonly state: AppState; readonly regions: Regions }): ReactNode {
  const { glyphs } = useLooks();
  const { columns: width, rows } = regions.header;
  const { filter, content } = state.list;
  const first = headerLine({
    counts: state.fleet.counts,
    glyphs,
    width,
    isShort: regions.mode !== 'wide',
    note: headerNote(state, width),
    isConnecting: !state.hasSnapshot,
  });
  const lines: Line[] = [isFirstRun(state) ? firstHeader(state, width) : first];
  if (filter !== null)
    lines.push(filterLine(filter, { matching: content.matching, all: state.fleet.agents.size, glyphs, width }));
  while (lines.length < rows) lines.push([blank(width)]);
  return <Lines lines={lines.slice(0, rows)} width={width} />;
}
