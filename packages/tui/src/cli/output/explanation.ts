import type { Explanation } from '@swarm-tui/hub/client';
import { formatClock, formatSpan } from '../../app/theme/format.ts';
import { oneLine } from './safe-output.ts';

/** The text of `swarm-tui explain`: verdict, reason, and every source side by side (screens.md 3.8). */
export function formatExplanation(explanation: Explanation, now: number): string {
  const { activity, lifecycle, because, evidence, history, name } = explanation;
  const word = lifecycle === 'running' ? activity.state : lifecycle;
  const reason = activity.reason === null ? '' : `, ${activity.reason}`;
  const rows = evidence.map((row) => [
    row.source,
    row.says || '–',
    row.at > 0 ? formatSpan(now - row.at) : '–',
    String(row.trust),
    row.verdict,
  ]);
  const table = formatColumns([['source', 'says', 'age', 'trust', 'verdict'], ...rows]);
  const past = history.map(
    (step) => `${formatClock(step.at, now)} ${step.state}${step.reason === null ? '' : ` (${step.reason})`}`,
  );
  return [
    `${oneLine(name)}  ${word}${lifecycle === 'running' ? reason : ''}  since ${formatClock(activity.since, now)} (${formatSpan(now - activity.since)})  sure: ${activity.certainty}${activity.conflict ? ', sources disagree' : ''}`,
    oneLine(because),
    ...(activity.detail === null ? [] : [`asked or doing: ${oneLine(activity.detail)}`]),
    '',
    ...table,
    '',
    `history  ${past.join('   ')}`,
    '',
  ].join('\n');
}

/** Left-aligned columns, two blanks apart. */
export function formatColumns(cells: readonly (readonly string[])[]): readonly string[] {
  const rows = cells.map((row) => row.map(oneLine));
  const widths = (rows[0] ?? []).map((_, index) => Math.max(...rows.map((row) => row[index]?.length ?? 0)));
  return rows.map((row) =>
    row
      .map((cell, index) => cell.padEnd(widths[index] ?? 0))
      .join('  ')
      .trimEnd(),
  );
}
