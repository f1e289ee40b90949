import { describe, expect, it } from 'vitest';
import { ActivityRule } from './activity-rule.ts';
import { readRules } from './read-rules.ts';

const permission = ActivityRule.parse({
  id: 'demo/1/permission',
  region: 'bottom',
  lines: 5,
  all: ['^ *Run this command\\?$', '› 1 +Yes'],
  not: ['^› '],
  state: 'waiting',
  reason: 'permission',
  detail: '\\?\\n *(.+)$',
});
const busy = ActivityRule.parse({
  id: 'demo/1/busy',
  region: 'bottom',
  any: ['esc to interrupt', 'Working…'],
  state: 'working',
});
const spinner = ActivityRule.parse({ id: 'demo/1/title', region: 'title', all: ['^[⠁-⣿] '], state: 'working' });
const limit = ActivityRule.parse({
  id: 'demo/1/limit',
  region: 'notice',
  all: ['limit'],
  state: 'error',
  reason: 'rate-limit',
  resets: 'again (in .+)$',
});
const rules = [permission, busy, spinner, limit];
const dialog = ['text', '  Run this command?', '  rm -rf build', '', '  › 1  Yes', '    2  No', '', ''];

describe('readRules', () => {
  it('reads a dialog at the bottom, with what is asked', () => {
    expect(readRules(rules, { bottom: dialog }, 7)).toEqual({
      source: 'screen',
      says: 'rule demo/1/permission',
      state: 'waiting',
      reason: 'permission',
      detail: 'rm -rf build',
      at: 7,
      resetsAt: null,
    });
  });

  it('does not take text above the live region for a dialog', () => {
    expect(readRules([permission], { bottom: [...dialog, ...'a b c d'.split(' ')] }, 7)).toBeNull();
  });

  it('does not take text above a prompt for a dialog', () => {
    expect(readRules([permission], { bottom: [...dialog.slice(1, 5), '› '] }, 7)).toBeNull();
  });

  it.each(['Working… 3s', '  esc to interrupt'])('needs one of the patterns of any: %s', (line) => {
    expect(readRules(rules, { bottom: [line] }, 7)).toMatchObject({ state: 'working' });
  });

  it('takes the first rule that matches', () => {
    expect(readRules([busy, permission], { bottom: [...dialog, 'esc to interrupt'] }, 7)?.says).toBe(
      'rule demo/1/busy',
    );
  });

  it('reads titles as the source title', () => {
    expect(readRules(rules, { title: '⠋ fix the login' }, 7)).toMatchObject({ source: 'title', state: 'working' });
    expect(readRules(rules, { title: 'fix the login' }, 7)).toBeNull();
  });

  it('reads notices as a signal, with the time when a limit ends', () => {
    expect(readRules(rules, { notice: 'rate limit, again in 2m 5s' }, 1_000)).toMatchObject({
      source: 'signal',
      resetsAt: 126_000,
    });
  });

  it('sees nothing on an empty screen', () => {
    expect(readRules(rules, { bottom: [] }, 7)).toBeNull();
  });
});
