const verbs = [
  'say',
  'work',
  'ask',
  'plan',
  'fail',
  'login',
  'limit',
  'crash',
  'exit',
  'stream',
  'lines',
  'alt',
  'echo',
  'bell',
  'notify',
  'claim',
  'env',
] as const;
/** What a step of a demo script does. */
export type Verb = (typeof verbs)[number];

/** One command of a script with the rest of its line. */
export interface Step {
  readonly verb: Verb;
  readonly rest: string;
}

/** What a prompt asks the simulated agent to do. */
export interface Script {
  /** For people: the first line. */
  readonly title: string;
  /** Null: free text, to be played as a scenario. */
  readonly steps: readonly Step[] | null;
}

function parseLine(line: string): Step | null {
  const [, word, rest = ''] = /^\/?([a-z]+)(?:\s+(.*))?$/s.exec(line.trim()) ?? [];
  const verb = verbs.find((known) => known === word);
  return verb === undefined ? null : { verb, rest };
}

function isMarked(line: string): boolean {
  return line.startsWith('/') && parseLine(line) !== null;
}

/**
 * A prompt is a script when its first line is a command, or when it is a title with lines like `/work 3` below. Further
 * lines that are no command are said. `echo` takes everything after it, newlines included.
 */
export function parseScript(prompt: string): Script {
  const [first = '', ...others] = prompt.split('\n');
  const title = first.trim();
  const [, echoed] = /^\/?echo(?:\s([^]*))?$/.exec(prompt) ?? [];
  if (/^\/?echo(?:\s|$)/.test(prompt)) return { title, steps: [{ verb: 'echo', rest: echoed ?? '' }] };
  const head = parseLine(first);
  if (head === null && !others.some(isMarked)) return { title, steps: null };
  const lines = head === null ? others : [first, ...others];
  const steps = lines
    .filter((line) => line.trim() !== '')
    .map((line): Step => parseLine(line) ?? { verb: 'say', rest: line });
  return { title, steps };
}

/** `5s`, `2m`, `300ms` or bare seconds, in milliseconds; the fallback for anything else. */
export function parseDuration(text: string, fallbackMs: number): number {
  const [, amount, unit = 's'] = /^(\d+(?:\.\d+)?)\s*(ms|s|m)?$/.exec(text.trim()) ?? [];
  if (amount === undefined) return fallbackMs;
  const factors: Readonly<Record<string, number>> = { ms: 1, s: 1_000, m: 60_000 };
  return Number(amount) * (factors[unit] ?? 1_000);
}
