import { describe, expect, it } from 'vitest';
import { toDrawnText, toLabelOptions } from './pane-label.ts';

const label = {
  name: 'fix-login',
  detail: 'codex · local',
  state: '● working',
  stateStyle: 'fg=#6cc7d9',
  since: 1_700_000_000_900,
};

describe('toDrawnText', () => {
  it('makes styles, formats and commands plain text', () => {
    expect(toDrawnText('#[fg=red]#(touch x)#{pane_id}')).toBe('##[fg=red]##(touch x)##{pane_id}');
  });

  it('lets no control character through and is bounded', () => {
    expect(toDrawnText('a\u001b]0;x\u0007b\nc')).toBe('a ]0;x b c');
    expect(toDrawnText('x'.repeat(10_000))).toHaveLength(200);
  });
});

describe('toLabelOptions', () => {
  it('says when the state began in whole seconds, and nothing when that is not known', () => {
    expect(Object.fromEntries(toLabelOptions(label))).toMatchObject({
      '@swarm_since': '1700000000',
      '@swarm_name': 'fix-login',
    });
    expect(Object.fromEntries(toLabelOptions({ ...label, since: null }))).toMatchObject({ '@swarm_since': '' });
  });

  it('takes nothing but a plain style', () => {
    expect(Object.fromEntries(toLabelOptions({ ...label, stateStyle: 'fg=red]#(x)' }))).toMatchObject({
      '@swarm_state_style': 'default',
    });
    expect(Object.fromEntries(toLabelOptions({ ...label, stateStyle: 'fg=#a1b2c3,bold' }))).toMatchObject({
      '@swarm_state_style': 'fg=#a1b2c3,bold',
    });
  });
});
