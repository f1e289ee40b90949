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
    if (choice.notes.length === 0) return [{ level: 'ok', topic: 'keys', text: summary }];
    return choice.notes.map(
      (text) => ({ level: choice.leader === null ? 'warn' : 'note', topic: 'keys', text }) as const,
    );
  };
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
    isNested: !isInside && /^(?:screen|tmux)/.test(env['TERM'] ?? ''),
  };
}

async function ask(args: readonly string[], signal: AbortSignal): Promise<string> {
  try {
    return (await execute('tmux', [...args], { signal, timeout: 3000 })).stdout.trim();
  } catch {
    return 'None';
  }
}
