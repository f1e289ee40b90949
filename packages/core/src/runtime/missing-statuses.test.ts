import { describe, expect, it } from 'vitest';
import { MissingStatuses } from './missing-statuses.ts';
import { type AgentRow, agentVariables } from './tracked-agent.ts';

const empty = Object.fromEntries(agentVariables.map((name) => [name, ''])) as AgentRow;

function pane(paneId: string, more: Partial<AgentRow> = {}): AgentRow {
  return { ...empty, pane_id: paneId, pane_dead: '1', ...more };
}

describe('MissingStatuses', () => {
  it('leaves panes alone that live, or whose end is known', () => {
    const rows = [
      pane('%1', { pane_dead: '0' }),
      pane('%2', { pane_dead_status: '0' }),
      pane('%3', { pane_dead_signal: '9' }),
    ];
    expect(new MissingStatuses().look(rows, 0)).toEqual({ lost: new Set(), isAwaiting: false, needsNudge: false });
  });

  it('nudges at the first sight of a missing status, and then once a second', () => {
    const statuses = new MissingStatuses();
    const nudges = [0, 25, 999, 1000, 1025, 1999, 2000].map((now) => statuses.look([pane('%1')], now).needsNudge);
    expect(nudges).toEqual([true, false, false, true, false, false, true]);
  });

  it('nudges for a second pane at once', () => {
    const statuses = new MissingStatuses();
    statuses.look([pane('%1')], 0);
    expect(statuses.look([pane('%1'), pane('%2')], 10).needsNudge).toBe(true);
  });

  it('waits four seconds from its first sight, whenever the pane last wrote something', () => {
    const statuses = new MissingStatuses();
    const silent = pane('%1', { window_activity: '1' });
    expect(statuses.look([silent], 1_000_000)).toMatchObject({ lost: new Set(), isAwaiting: true });
    expect(statuses.look([silent], 1_003_999)).toMatchObject({ lost: new Set(), isAwaiting: true });
    expect(statuses.look([silent, pane('%2')], 1_004_000)).toMatchObject({ lost: new Set(['%1']), isAwaiting: true });
    expect(statuses.look([silent], 1_009_000)).toEqual({ lost: new Set(['%1']), isAwaiting: false, needsNudge: false });
  });

  it('begins anew for a pane that was restarted meanwhile', () => {
    const statuses = new MissingStatuses();
    statuses.look([pane('%1')], 0);
    statuses.look([pane('%1', { pane_dead: '0' })], 3000);
    expect(statuses.look([pane('%1')], 5000)).toMatchObject({ lost: new Set(), isAwaiting: true, needsNudge: true });
  });
});
