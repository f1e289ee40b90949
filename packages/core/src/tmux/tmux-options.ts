import { RuntimeError } from '../errors.ts';
import { sessionTarget } from './tmux-target.ts';

/** Where an option lives. `global` and `global-window` are what new sessions and windows start from. */
export type OptionScope =
  | 'server'
  | 'global'
  | 'global-window'
  | { readonly session: string }
  | { readonly window: string }
  | { readonly pane: string };

/** The flags of `set-option` and `show-options` for a scope. Windows and panes are given by id. */
export function optionFlags(scope: OptionScope): readonly string[] {
  if (scope === 'server') return ['-s'];
  if (scope === 'global') return ['-g'];
  if (scope === 'global-window') return ['-g', '-w'];
  if ('session' in scope) return ['-t', `${sessionTarget(scope.session)}:`];
  if ('window' in scope) return ['-w', '-t', scope.window];
  return ['-p', '-t', scope.pane];
}

/** Reads what `show-environment -s` prints. A removed variable is null. */
export function parseEnvironment(lines: readonly string[]): ReadonlyMap<string, string | null> {
  const variables = new Map<string, string | null>();
  const pattern = /([^\s=]+)="((?:[^"\\]|\\[\s\S])*)"; export \1;(?:\n|$)|unset ([^\s;]+);(?:\n|$)/y;
  const text = lines.join('\n');
  while (pattern.lastIndex < text.length) {
    const match = pattern.exec(text);
    if (!match) throw new RuntimeError('tmux-failed', 'tmux printed an environment that cannot be read');
    const [, name, value, removed] = match;
    if (name !== undefined) variables.set(name, (value ?? '').replaceAll(/\\([\s\S])/g, '$1'));
    if (removed !== undefined) variables.set(removed, null);
  }
  return variables;
}
