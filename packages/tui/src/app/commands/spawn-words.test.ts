import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseSpawn, spawnRequest } from './spawn-words.ts';
import { splitWords } from './words.ts';

describe('words of the palette', () => {
  it('are held together by quotes and backslashes', () => {
    expect(splitWords(`a "b c" d\\ e 'f "g' h"i j"k`)).toEqual(['a', 'b c', 'd e', 'f "g', 'hi jk']);
    expect(splitWords('"say \\"hi\\"" ""')).toEqual(['say "hi"', '']);
    expect(splitWords('"never closed')).toEqual(['never closed']);
  });

  it('come back from quoting, whatever they are', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ unit: 'grapheme' })), (words) => {
        const line = words.map((word) => `"${word.replace(/["\\]/gu, '\\$&')}"`).join(' ');
        expect(splitWords(line)).toEqual(words);
      }),
    );
  });
});

describe('spawn', () => {
  it('takes agent, task and flags in any order', () => {
    expect(parseSpawn('--autopilot codex "fix it" --model gpt --name mine')).toEqual({
      problem: null,
      provider: 'codex',
      task: 'fix it',
      autopilot: true,
      branch: null,
      values: { '--model': 'gpt', '--name': 'mine' },
    });
  });

  it('names the branch after the name, the task or the agent, unless it is said', () => {
    const branchOf = (line: string): unknown => Object.entries(parseSpawn(line)).find(([key]) => key === 'branch')?.[1];
    expect(branchOf('codex "Fix the flaky test" --worktree')).toBe('fix-the-flaky-test');
    expect(branchOf('codex "Fix it" --worktree feat/x')).toBe('feat/x');
    expect(branchOf('codex --worktree')).toBe('codex');
    expect(branchOf('codex go --worktree --name "My Agent"')).toBe('my-agent');
  });

  it('says what is missing or not known', () => {
    expect(parseSpawn('').problem).toMatch(/needs a provider/u);
    expect(parseSpawn('codex --name').problem).toBe('--name needs a word behind it');
    expect(parseSpawn('codex --yolo').problem).toBe('spawn does not know --yolo');
  });

  it('becomes a request with the environment of here', () => {
    const words = parseSpawn('codex go --worktree feat/x --base main --runtime docker');
    expect(words.problem).toBeNull();
    const request = words.problem === null ? spawnRequest(words, { directory: '/w', env: { A: '1' } }) : null;
    expect(request).toEqual({
      aiProvider: 'codex',
      task: 'go',
      autoPilot: false,
      workingDirectory: '/w',
      env: { A: '1' },
      runtimeId: 'docker',
      worktree: { branch: 'feat/x', base: 'main' },
    });
  });
});
