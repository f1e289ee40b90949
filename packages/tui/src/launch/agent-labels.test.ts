import { createAgentRecord } from '@swarm-tui/hub/testing';
import { describe, expect, it } from 'vitest';
import { detectLooks } from '../app/theme/detect.ts';
import { toChromeStyles, toPaneLabel, toTmuxStyle } from './agent-labels.ts';

describe('toTmuxStyle', () => {
  it('translates colours of every depth', () => {
    expect(toTmuxStyle('38;2;138;180;255')).toBe('fg=#8ab4ff');
    expect(toTmuxStyle('1;96')).toBe('bold,fg=colour14');
    expect(toTmuxStyle('33')).toBe('fg=colour3');
    expect(toTmuxStyle('2')).toBe('dim');
  });

  it('leaves the terminal alone where there is no colour', () => {
    expect(toTmuxStyle('')).toBe('default');
    expect(toTmuxStyle('7')).toBe('default');
  });
});

describe('toPaneLabel', () => {
  const looks = detectLooks({}, { COLORTERM: 'truecolor', LANG: 'C.UTF-8', TERM: 'xterm' });

  it('says what the row says', () => {
    const agent = createAgentRecord({ id: 'fix-login', provider: 'codex', host: 'ssh/dgx1' });
    expect(toPaneLabel(agent, looks)).toMatchObject({
      name: 'fix-login',
      detail: 'codex · ssh/dgx1',
      state: '· idle',
      since: agent.activity.since,
    });
  });

  it('has no colours under NO_COLOR', () => {
    const plain = detectLooks({}, { NO_COLOR: '1', LANG: 'C.UTF-8' });
    expect(toChromeStyles(plain).accent).not.toContain('fg=');
  });
});
