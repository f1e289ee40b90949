import { nameFromTask, type RequestParams } from '@swarm-tui/hub/client';
import { branchFromName } from '../state/new-agent-form.ts';
import { splitWords } from './words.ts';

/** Flags of `spawn` in the palette; those that take a word are the same as on the command line. */
const valued = ['--name', '--dir', '--model', '--runtime', '--base'] as const;
type Valued = (typeof valued)[number];

/** What `spawn codex "fix the flaky test" --worktree` asks for. `problem` says what is not understood. */
export type SpawnWords =
  | {
      readonly problem: null;
      readonly provider: string;
      readonly task: string;
      readonly autopilot: boolean;
      /** Branch of a worktree; null for none. */
      readonly branch: string | null;
      readonly values: Readonly<Partial<Record<Valued, string>>>;
    }
  | { readonly problem: string };

interface Parsed {
  readonly plain: string[];
  readonly values: Partial<Record<Valued, string>>;
  worktree: string | null;
  autopilot: boolean;
  problem: string | null;
}

function isValued(word: string): word is Valued {
  return valued.some((flag) => flag === word);
}

// Gives how many words were used.
function takeFlag(words: readonly string[], at: number, parsed: Parsed): number {
  const word = words[at] ?? '';
  const next = words[at + 1];
  if (isValued(word)) {
    if (next === undefined) parsed.problem = `${word} needs a word behind it`;
    else parsed.values[word] = next;
    return 2;
  }
  if (word === '--autopilot') {
    parsed.autopilot = true;
    return 1;
  }
  if (word !== '--worktree') {
    parsed.problem = `spawn does not know ${word}`;
    return 1;
  }
  const hasBranch = next !== undefined && !next.startsWith('--') && parsed.plain.length >= 2;
  parsed.worktree = hasBranch ? next : '';
  return hasBranch ? 2 : 1;
}

/** Reads the words behind `spawn`: provider, task, flags. */
export function parseSpawn(line: string): SpawnWords {
  const words = splitWords(line);
  const parsed: Parsed = { plain: [], values: {}, worktree: null, autopilot: false, problem: null };
  for (let at = 0; at < words.length; ) {
    const word = words[at] ?? '';
    if (word.startsWith('--')) {
      at += takeFlag(words, at, parsed);
      continue;
    }
    parsed.plain.push(word);
    at += 1;
  }
  const [provider, ...rest] = parsed.plain;
  if (parsed.problem !== null) return { problem: parsed.problem };
  if (provider === undefined) return { problem: 'spawn needs a provider: spawn codex "fix the flaky test"' };
  const task = rest.join(' ');
  const { worktree, autopilot, values } = parsed;
  const own = values['--name'] ?? nameFromTask(task);
  const branch = worktree === '' ? branchFromName(own === '' ? provider : own) : worktree;
  return { problem: null, provider, task, autopilot, branch, values };
}

/** The request for these words; `base` fills in what they leave open. */
export function spawnRequest(
  words: Extract<SpawnWords, { problem: null }>,
  { directory, env }: { readonly directory: string; readonly env: Readonly<Record<string, string>> },
): RequestParams<'agent.spawn'> {
  const { provider, task, autopilot, branch, values } = words;
  const base = values['--base'];
  return {
    aiProvider: provider,
    task,
    autoPilot: autopilot,
    workingDirectory: directory,
    env: { ...env },
    ...(values['--name'] === undefined ? {} : { name: values['--name'] }),
    ...(values['--model'] === undefined ? {} : { aiModel: values['--model'] }),
    ...(values['--runtime'] === undefined ? {} : { runtimeId: values['--runtime'] }),
    ...(branch === null ? {} : { worktree: { branch, ...(base === undefined ? {} : { base }) } }),
  };
}
