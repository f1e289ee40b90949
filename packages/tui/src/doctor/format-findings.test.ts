import { describe, expect, it } from 'vitest';
import type { Finding } from './finding.ts';
import { formatFindings } from './format-findings.ts';

const findings: readonly Finding[] = [
  { level: 'ok', topic: 'tmux', text: '3.4' },
  { level: 'warn', topic: 'state', text: 'open to others', fix: async () => 'closed' },
];

describe('formatFindings', () => {
  it('gives a line each, a count, and what can be repaired', () => {
    expect(formatFindings(findings)).toBe(
      [
        'ok   tmux         3.4',
        'warn state        open to others',
        '',
        '1 warning. swarm-tui doctor --fix repairs: state.',
        '',
      ].join('\n'),
    );
  });

  it('keeps further lines below the first', () => {
    const config = { level: 'fail', topic: 'config', text: 'line 1: wrong\na = b\n    ^' } as const;
    expect(formatFindings([config])).toContain(
      'config       line 1: wrong\n                  a = b\n                      ^\n',
    );
  });

  it('puts what was repaired first, and colours the level alone', () => {
    const text = formatFindings(findings.slice(0, 1), { hasColour: true, repairs: ['closed /s'] });
    expect(text).toBe('done closed /s\n\u001b[32mok  \u001b[0m tmux         3.4\n\nall good.\n');
  });
});
