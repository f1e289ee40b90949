import { ActivityRule } from '@swarm-tui/core';

// The composer is always the last row except while a dialog replaces it, so prose above it never matches.
// Captured screens have no trailing blanks.
const composer = '^(?:● Working, esc to interrupt  )?›(?: .*)?$(?![^])';
const choices = '^ +(?:› )?\\d  .+$(?![^])';

/** How the simulated agent looks, for when it is told to be silent about its state. */
export const demoRules: readonly ActivityRule[] = [
  {
    id: 'demo/1/permission',
    region: 'bottom',
    lines: 8,
    all: ['^ +Run this command\\?$', choices],
    not: [composer],
    state: 'waiting',
    reason: 'permission',
    detail: 'Run this command\\?\\s+(.+)$',
  },
  {
    id: 'demo/1/plan',
    region: 'bottom',
    lines: 8,
    all: ['^ +Go on with this plan\\?$', choices],
    not: [composer],
    state: 'waiting',
    reason: 'plan',
    detail: '^ +(Go on with this plan\\?)$',
  },
  {
    id: 'demo/1/question',
    region: 'bottom',
    lines: 12,
    all: ['^ +Question$', choices],
    not: [composer],
    state: 'waiting',
    reason: 'question',
    detail: '^ +Question\\s+(.+)$',
  },
  {
    id: 'demo/1/limit',
    region: 'bottom',
    lines: 2,
    all: ['^= Rate limit'],
    state: 'error',
    reason: 'rate-limit',
    detail: '^= (.+)$',
    resets: '^= .*goes on by itself (at .+)$',
  },
  {
    id: 'demo/1/usage-limit',
    region: 'bottom',
    lines: 2,
    all: ['^= Usage limit'],
    state: 'error',
    reason: 'usage-limit',
    detail: '^= (.+)$',
    resets: '^= .*goes on by itself (at .+)$',
  },
  { id: 'demo/1/working', region: 'bottom', lines: 1, all: ['^● Working, esc to interrupt'], state: 'working' },
  {
    id: 'demo/1/login',
    region: 'bottom',
    lines: 2,
    all: ['^■ Login '],
    state: 'error',
    reason: 'auth',
    detail: '^■ (.+)$',
  },
  {
    id: 'demo/1/error',
    region: 'bottom',
    lines: 2,
    all: ['^■ API error'],
    state: 'error',
    reason: 'api',
    detail: '^■ (.+)$',
  },
  { id: 'demo/1/idle', region: 'bottom', lines: 1, all: ['^›(?: |$)'], state: 'idle' },
  { id: 'demo/1/title-working', region: 'title', all: ['^⠋ '], state: 'working' },
  { id: 'demo/1/title-waiting', region: 'title', all: ['^✋ '], state: 'waiting' },
  { id: 'demo/1/title-error', region: 'title', all: ['^✕ '], state: 'error' },
  { id: 'demo/1/title-idle', region: 'title', all: ['^◇ '], state: 'idle' },
].map((rule) => ActivityRule.parse(rule));
