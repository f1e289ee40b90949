import type { AgentRecord } from '@swarm-tui/hub/client';
import { memo, type ReactNode } from 'react';
import type { ColumnPlan } from '../layout/columns.ts';
import { dockRow, phoneRow, tinyRow } from '../layout/narrow-row.ts';
import type { ListMode } from '../layout/regions.ts';
import { type RowLook, rowLine } from '../layout/row-line.ts';
import { formatSpan } from '../theme/format.ts';
import { paintLine } from '../theme/paint.ts';
import type { Line } from '../layout/line.ts';
import { useLooks } from './look-context.ts';
import { TextLine } from './TextLine.tsx';

/** What a row is drawn from; each value the same object as long as it is the same row. */
export interface AgentRowProps {
  readonly agent: AgentRecord;
  readonly mode: ListMode;
  readonly plan: ColumnPlan;
  /** Lines the row takes. */
  readonly lines: number;
  readonly now: number;
  readonly isSelected: boolean;
  readonly isMarked: boolean;
  readonly lostSince: string | null;
  readonly isPulseLow: boolean;
}

function linesOf(props: AgentRowProps, look: RowLook): readonly Line[] {
  const { agent, mode, plan, lines } = props;
  switch (mode) {
    case 'wide':
      return [rowLine(agent, plan, look)];
    case 'dock':
      return dockRow(agent, plan.width, { look, lines });
    case 'phone':
      return phoneRow(agent, plan.width, look);
    case 'tiny':
      return [tinyRow(agent, plan.width, look)];
  }
}

// The clock goes on all the time; a row differs only when one of its spans reads otherwise.
function isSameRow(before: AgentRowProps, after: AgentRowProps): boolean {
  const isEqual =
    before.agent === after.agent &&
    before.mode === after.mode &&
    before.plan === after.plan &&
    before.lines === after.lines &&
    before.isSelected === after.isSelected &&
    before.isMarked === after.isMarked &&
    before.lostSince === after.lostSince &&
    before.isPulseLow === after.isPulseLow;
  return isEqual && (before.now === after.now || isSameTime(before, after));
}

const MINUTE = 60_000;

// Cheap where it is asked most: the same minute reads the same.
function isSameSpan(before: number, after: number): boolean {
  if (before >= MINUTE && Math.floor(before / MINUTE) === Math.floor(after / MINUTE)) return true;
  return formatSpan(before) === formatSpan(after);
}

function isSameTime(before: AgentRowProps, after: AgentRowProps): boolean {
  const { activity, createdAt } = after.agent;
  const isSame = (from: number): boolean => isSameSpan(before.now - from, after.now - from);
  return isSame(activity.since) && isSame(createdAt);
}

/** The row of one agent, in whichever form the width allows. */
export const AgentRow = memo(function AgentRow(props: AgentRowProps): ReactNode {
  const { theme, glyphs } = useLooks();
  const { isSelected } = props;
  return linesOf(props, { ...props, glyphs }).map((line, index) => (
    <TextLine key={index} text={paintLine(line, theme, isSelected)} />
  ));
}, isSameRow);
