const overlapLength = 4096;
const maxHeldLength = 4096;

/** Looks for a pattern in what a pane writes: each chunk once, with as much before it as a match may have begun in. */
export class OutputSearch {
  readonly #pattern: RegExp | string;
  #held = '';
  #before = '';

  constructor(pattern: RegExp | string) {
    this.#pattern = pattern;
  }

  /** The match that this chunk completes. */
  push(chunk: string): string | undefined {
    const raw = this.#held + chunk;
    const cut = unfinished.exec(raw)?.index ?? raw.length;
    const isHeld = raw.length - cut <= maxHeldLength;
    this.#held = isHeld ? raw.slice(cut) : '';
    const text = this.#before + stripSequences(isHeld ? raw.slice(0, cut) : raw);
    const overlap = typeof this.#pattern === 'string' ? Math.max(overlapLength, this.#pattern.length) : overlapLength;
    this.#before = text.slice(-overlap);
    return findMatch(text, this.#pattern);
  }
}

/** The first match, as text. */
export function findMatch(text: string, pattern: RegExp | string): string | undefined {
  if (typeof pattern === 'string') return text.includes(pattern) ? pattern : undefined;
  // a fresh object: a shared one with the g flag would remember its place
  return new RegExp(pattern.source, pattern.flags.replace(/[gy]/g, '')).exec(text)?.[0];
}

const escape = String.fromCodePoint(0x1b);
const bell = String.fromCodePoint(7);
const controlSequence = String.raw`\[[0-?]*[ -/]*[@-~]`;
const commandSequence = String.raw`\][^${bell}${escape}]*(?:${bell}|${escape}\\)`;
const sequences = new RegExp(`${escape}(?:${controlSequence}|${commandSequence}|[ -/]*[0-~])`, 'g');
const unfinished = new RegExp(String.raw`${escape}(?:\[[0-?]*[ -/]*|\][^${bell}${escape}]*${escape}?|[ -/]*)$`);

function stripSequences(text: string): string {
  return text.replaceAll(sequences, '').replaceAll('\r', '');
}
