import type { Step } from './parse-script.ts';

const files = [
  'src/payments/charge.ts',
  'src/auth/session.ts',
  'src/export/csv.ts',
  'src/search/index.ts',
  'src/ui/theme.ts',
  'test/retry.test.ts',
];
const deeds = ['Read', 'Search', 'Read', 'Edit', 'Write', 'Edit'];
const endings = [
  'All tests pass.',
  'Done, with a test for it.',
  'Done; the old names still work.',
  'Finished, nothing else depends on it.',
];

/** A plausible turn for a free prompt; it asks nothing and ends well. The same random numbers give the same turn. */
export function playScenario(prompt: string, random: () => number): readonly Step[] {
  const pick = (items: readonly string[]): string => items[Math.floor(random() * items.length)] ?? '';
  const deedCount = 2 + Math.floor(random() * 4);
  const steps: Step[] = [{ verb: 'say', rest: `I will look at "${prompt.slice(0, 60)}" first.` }];
  for (let index = 0; index < deedCount; index += 1) {
    steps.push({ verb: 'work', rest: `${300 + Math.floor(random() * 900)}ms` });
    steps.push({
      verb: 'say',
      rest: `${pick(deeds)} ${pick(files)}  +${Math.floor(random() * 80)} −${Math.floor(random() * 30)}`,
    });
  }
  steps.push({ verb: 'stream', rest: String(2 + Math.floor(random() * 5)) });
  steps.push({ verb: 'say', rest: pick(endings) });
  return steps;
}

const words =
  'the retry helper waits longer after each failed attempt and gives up when the caller goes away so that no payment is made twice'.split(
    ' ',
  );

/** A line of made-up prose. */
export function madeUpLine(number: number, random: () => number): string {
  const start = Math.floor(random() * words.length);
  const picked = [...words, ...words].slice(start, start + 6 + Math.floor(random() * 8));
  return `  ${number}  ${picked.join(' ')}`;
}
