import { describe, expect, it } from 'vitest';
import { parseCommits, parseNumstat, parseStatus } from './parse-git.ts';

const nul = (...fields: readonly string[]) => fields.map((field) => `${field}\0`).join('');
const oid = '1234567890abcdef1234567890abcdef12345678';

describe('parseStatus', () => {
  it('reads branch, upstream, changed and untracked files, whatever their names', () => {
    const output = nul(
      `# branch.oid ${oid}`,
      '# branch.head fix/login',
      '# branch.upstream origin/fix/login',
      '# branch.ab +3 -1',
      `1 .M N... 100644 100644 100644 ${oid} ${oid} a b\nc.ts`,
      `2 R. N... 100644 100644 100644 ${oid} ${oid} R100 new name.ts`,
      '? old name.ts',
      `u UU N... 100644 100644 100644 100644 ${oid} ${oid} ${oid} both.ts`,
      '? #{pid} $(x).txt',
    );
    expect(parseStatus(output)).toEqual({
      branch: 'fix/login',
      hasCommit: true,
      ahead: 3,
      changed: ['a b\nc.ts', 'new name.ts', 'both.ts'],
      untracked: ['#{pid} $(x).txt'],
    });
  });

  it('shows the commit of a detached head, and knows a repository without any', () => {
    expect(parseStatus(nul(`# branch.oid ${oid}`, '# branch.head (detached)'))).toMatchObject({
      branch: '(1234567)',
      ahead: null,
    });
    expect(parseStatus(nul('# branch.oid (initial)', '# branch.head main'))).toMatchObject({
      branch: 'main',
      hasCommit: false,
    });
  });
});

describe('parseNumstat', () => {
  it('reads text, binary and renamed files', () => {
    expect(parseNumstat(`3\t1\ta\tb.ts\0-\t-\tlogo.png\0${'0\t2\t'}\0old.ts\0new.ts\0` + '5\t0\tlast.ts\0')).toEqual([
      { path: 'a\tb.ts', added: 3, removed: 1 },
      { path: 'logo.png', added: 0, removed: 0 },
      { path: 'new.ts', added: 0, removed: 2 },
      { path: 'last.ts', added: 5, removed: 0 },
    ]);
  });
});

describe('parseCommits', () => {
  it('reads hash, time and subject', () => {
    expect(parseCommits(`${oid}\x1f1700000000\x1fFix: a\0`)).toEqual([
      { hash: oid, at: 1_700_000_000_000, subject: 'Fix: a' },
    ]);
    expect(parseCommits('')).toEqual([]);
  });
});
