import { describe, expect, it } from 'vitest';
import { demoFleet } from '../demo-fleet.ts';
import { parseDuration, parseScript } from './parse-script.ts';
import { createRandom } from './random.ts';
import { playScenario } from './scenario.ts';

describe('parseScript', () => {
  it('reads commands line by line, and says what is none', () => {
    expect(parseScript('work 3\nask permission rm -rf build\n\nall good').steps).toEqual([
      { verb: 'work', rest: '3' },
      { verb: 'ask', rest: 'permission rm -rf build' },
      { verb: 'say', rest: 'all good' },
    ]);
  });

  it('reads commands under a title', () => {
    expect(parseScript('Fix the login\n/work 1')).toEqual({
      title: 'Fix the login',
      steps: [{ verb: 'work', rest: '1' }],
    });
  });

  it.each(['Fix the login', 'Workers should retry', 'Fix it\nand work 3'])('takes %j for free text', (prompt) => {
    expect(parseScript(prompt).steps).toBeNull();
  });

  it('echoes everything after the word, newlines included', () => {
    expect(parseScript('echo  a\n/exit\n b').steps).toEqual([{ verb: 'echo', rest: ' a\n/exit\n b' }]);
  });

  it.each([
    ['5', 5_000],
    ['5s', 5_000],
    ['300ms', 300],
    ['2m', 120_000],
    ['soon', 7],
  ])('reads the duration %s', (text, ms) => {
    expect(parseDuration(text, 7)).toBe(ms);
  });
});

describe('playScenario', () => {
  it('is the same for the same seed and differs between seeds', () => {
    expect(playScenario('go', createRandom(1))).toEqual(playScenario('go', createRandom(1)));
    expect(playScenario('go', createRandom(1))).not.toEqual(playScenario('go', createRandom(2)));
  });

  it('asks nothing and ends by itself', () => {
    const verbs = Array.from({ length: 50 }, (_, seed) => playScenario('go', createRandom(seed))).flat();
    expect(new Set(verbs.map((step) => step.verb))).toEqual(new Set(['say', 'work', 'stream']));
  });
});

describe('demoFleet', () => {
  it('is made of scripts that the demo agent understands', () => {
    const verbs = demoFleet
      .flatMap(({ task }) => parseScript(task).steps ?? [])
      .map(({ verb, rest }) => `${verb} ${rest.split(' ', 1)[0]}`);
    expect(demoFleet.length).toBe(6);
    expect(verbs).toEqual(
      expect.arrayContaining(['ask permission', 'ask question', 'limit 3s', 'crash 137', 'lines 2/s']),
    );
  });
});
