import { describe, expect, it } from 'vitest';
import { chooseSession, type FoundSession, makeClaim, parseSession } from './find-session.ts';

const ui = (id: string, name: string, fleet = 'here'): FoundSession => ({
  id,
  name,
  isUi: true,
  listPaneId: '%1',
  fleet,
  claim: '-',
  seenAt: 0,
  unseenSince: 0,
});
const other = (id: string, name: string): FoundSession => ({
  id,
  name,
  isUi: false,
  listPaneId: '-',
  fleet: '-',
  claim: '-',
  seenAt: 0,
  unseenSince: 0,
});

describe('parseSession', () => {
  it('reads a line, blanks in the name included', () => {
    expect(parseSession('$3 1 %5 /home/a:: - 1000 1001 my session')).toEqual({
      id: '$3',
      name: 'my session',
      isUi: true,
      listPaneId: '%5',
      fleet: '/home/a::',
      claim: '-',
      seenAt: 1001,
      unseenSince: 0,
    });
  });

  it('knows since when nobody has looked at one that was made or taken over', () => {
    const since = (times: string) => parseSession(`$3 1 %5 here ${times} swarm`)?.unseenSince;
    expect(since('- 1000 0')).toBe(1000);
    expect(since('- 1000 1000')).toBe(0);
    expect(since('2000-77-1500 1000 1500')).toBe(2000);
    expect(since('2000-77-1500 1000 2000')).toBe(0);
  });

  it('tells a look from before a claim in the same second from one after it', () => {
    const closed = parseSession('$3 1 %5 here - 1000 2000 swarm');
    const claim = closed === null ? '' : makeClaim(closed, { nowMs: 2_000_900, pid: 77 });
    expect(parseSession(`$3 1 %5 here ${claim} 1000 2000 swarm`)?.unseenSince).toBe(2000);
    expect(parseSession(`$3 1 %5 here ${claim} 1000 2001 swarm`)?.unseenSince).toBe(0);
  });

  it('says null for anything else', () => {
    expect(parseSession('no server running')).toBeNull();
  });
});

describe('chooseSession', () => {
  it('takes a UI that nobody looks at', () => {
    expect(chooseSession([other('$0', 'main'), ui('$1', 'swarm')], new Set(['$0']), { fleet: 'here' })).toEqual({
      take: ui('$1', 'swarm'),
    });
  });

  it('leaves a watched UI alone and opens a second one', () => {
    expect(chooseSession([ui('$1', 'swarm')], new Set(['$1']), { fleet: 'here' })).toEqual({ name: 'swarm-2' });
  });

  it('leaves a UI to the terminal that has just started it, but not for ever', () => {
    const fresh = { ...ui('$1', 'swarm'), unseenSince: 1000 };
    expect(chooseSession([fresh], new Set(), { fleet: 'here', nowMs: 1_002_000 })).toEqual({ name: 'swarm-2' });
    expect(chooseSession([fresh], new Set(), { fleet: 'here', nowMs: 1_020_000 })).toEqual({ take: fresh });
  });

  it('never takes over a UI of another fleet', () => {
    expect(chooseSession([ui('$1', 'swarm', 'elsewhere')], new Set(), { fleet: 'here' })).toEqual({ name: 'swarm-2' });
  });

  it('keeps away from a session of the person that has our name', () => {
    expect(chooseSession([other('$0', 'swarm'), other('$1', 'swarm-2')], new Set(), { fleet: 'here' })).toEqual({
      name: 'swarm-3',
    });
    expect(chooseSession([], new Set(), { fleet: 'here' })).toEqual({ name: 'swarm' });
  });
});
