import { describe, expect, it } from 'vitest';
import { createSessionScript, takeOverScript, type UiSessionSpec } from './session-script.ts';

const spec: UiSessionSpec = {
  name: 'swarm',
  command: ['node', 'swarm-tui', 'ui-pane'],
  env: { HOME: '/home/me', TMUX: '/tmp/x,1,0', KEY: 'two\nlines; "quoted" $HOME' },
  directory: '/work/#{pane_id}',
  columns: 120,
  rows: 40,
  fleet: 'here',
  visitor: null,
  canSuspend: true,
};

describe('createSessionScript', () => {
  it('is one line, so that nothing happens when the name is taken', () => {
    const script = createSessionScript(spec);
    expect(script.match(/\n/g)).toHaveLength(1);
    expect(script.endsWith('\n')).toBe(true);
  });

  it('quotes environment and directory so that tmux expands nothing', () => {
    const script = createSessionScript(spec);
    expect(script).toContain(String.raw`-e "KEY=two\nlines; \"quoted\" \$HOME"`);
    expect(script).toContain('-c "/work/##{pane_id}"');
    expect(script).not.toContain('TMUX=');
  });

  it('sets global options only on a server of our own', () => {
    expect(createSessionScript(spec)).toContain('set-option -g prefix None');
    const visit = createSessionScript({ ...spec, visitor: { client: '/dev/pts/3', sessionId: '$4' } });
    expect(visit).not.toMatch(/set-option -[gs] /);
    expect(visit).not.toContain('set-hook -g');
    expect(visit).toMatch(/switch-client -c \/dev\/pts\/3 -t "=swarm:"\n$/);
  });
});

describe('takeOverScript', () => {
  it('starts the list anew in its pane and leaves the splits alone', () => {
    const script = takeOverScript({ ...spec, sessionId: '$2', listPaneId: '%7', claim: { seen: '-', own: '1000-ab' } });
    expect(script).toMatch(/^if-shell -F -t "%7" .*respawn-pane -k /);
    expect(script).not.toContain('new-session');
    expect(script).not.toContain('kill-');
  });
});
