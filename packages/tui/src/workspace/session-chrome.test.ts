import { describe, expect, it } from 'vitest';
import type { LeaderEntry } from '../app/workspace-port.ts';
import { defaultStyles, statusFormat } from './session-chrome.ts';

const entry = (key: string): LeaderEntry => ({ key, title: key, action: { kind: 'app' } });
const spec = { listPaneId: '%5', leader: 'C-]', back: 'C-q', entries: ['|', '?'].map(entry), styles: defaultStyles };

describe('statusFormat', () => {
  it('shows a hint only where the way back still fits beside it, and none below a notice', () => {
    const text = statusFormat(spec);
    const widths = [...text.matchAll(/#\{&&:#\{==:#\{@swarm_notice\},\},#\{e\|>=\|:#\{client_width\},(\d+)\}\}/g)];
    // `^Q back to the list` with its blanks, then ` ^] | split ` and ` ^] ? keys `
    expect(widths.map(([, width]) => Number(width))).toEqual([22 + 12, 22 + 12 + 11]);
    expect(text).toContain('#{?@swarm_notice, #{@swarm_notice},}');
  });

  it('names no key that is not bound', () => {
    expect(statusFormat({ ...spec, entries: [] })).not.toContain('split');
    expect(statusFormat({ ...spec, leader: null })).not.toContain('split');
  });
});
