import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { readFlowControl } from '../launch/flow-control.ts';
import { chooseKeys, type KeyFacts } from '../workspace/key-check.ts';
import { toReadableKey } from '../workspace/key-names.ts';
import type { Check } from './finding.ts';

const execute = promisify(execFile);
type Environment = Readonly<Record<string, string | undefined>>;

/** Which leader will be free, and what of the terminal or the person's tmux stands in the way of keys. */
export function checkKeys(env: Environment, leader: string, isTerminal: boolean): Check {
  return async (signal) => {
    const facts = await readFacts(env, isTerminal, signal);
    const choice = chooseKeys(facts, leader);
    const found = choice.leader === null ? 'no leader is free' : `leader ${toReadableKey(choice.leader)} is free`;
    const prefix = facts.prefix === 'None' ? 'not inside tmux' : `prefix ${facts.prefix}`;
    const flow = facts.hasFlowControl === true ? 'on' : facts.hasFlowControl === false ? 'off' : 'not asked';
    const summary = `${prefix}, XON/XOFF ${flow}, ${found}`;
    const notes = [...choice.notes, ...(await readAround(env, choice.leader, signal))];
    if (notes.length === 0) return [{ level: 'ok', topic: 'keys', text: summary }];
    return notes.map((text) => ({ level: choice.leader === null ? 'warn' : 'note', topic: 'keys', text }) as const);
  };
}

/** What a tmux around us does to keys. */
async function readAround(env: Environment, leader: string | null, signal: AbortSignal): Promise<readonly string[]> {
  if ((env['TMUX'] ?? '') !== '') return describeEscapeTime(await ask(['show-options', '-sv', 'escape-time'], signal));
  if (!/^(?:screen|tmux)/.test(env['TERM'] ?? '')) return [];
  const ours = leader === null ? 'the list' : toReadableKey(leader);
  return [`An outer tmux or screen gets its prefix first; ${ours} is ours.`];
}

const longestEscapeMs = 50;

/** Nothing to say where it is short: `escape-time` as tmux prints it. */
export function describeEscapeTime(text: string): readonly string[] {
  const milliseconds = Number(text);
  if (!(milliseconds > longestEscapeMs)) return [];
  return [
    `Your tmux holds Esc back for ${milliseconds} ms and takes a key after it for Alt with that key. In tmux.conf: set -s escape-time 10`,
  ];
}

async function readFacts(env: Environment, isTerminal: boolean, signal: AbortSignal): Promise<KeyFacts> {
  const isInside = (env['TMUX'] ?? '') !== '';
  const [prefix, prefix2, rootKeys] = isInside
    ? await Promise.all([
        ask(['show-options', '-gv', 'prefix'], signal),
        ask(['show-options', '-gv', 'prefix2'], signal),
        ask(['list-keys', '-T', 'root'], signal),
      ])
    : ['None', 'None', ''];
  const keys = [...rootKeys.matchAll(/^bind-key\s+(?:-r\s+)?-T root\s+(\S+)/gm)].map(([, key = '']) => key);
  return {
    prefix,
    prefix2,
    rootKeys: keys,
    // inside tmux the pane's terminal is tmux's own, which says nothing of the person's
    hasFlowControl: isTerminal && !isInside ? await readFlowControl('/dev/tty') : null,
  };
}

async function ask(args: readonly string[], signal: AbortSignal): Promise<string> {
  try {
    return (await execute('tmux', [...args], { signal, timeout: 3000 })).stdout.trim();
  } catch {
    return 'None';
  }
}
