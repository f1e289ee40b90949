import type { AppState } from '../state/app-state.ts';
import { fuzzyScore } from '../state/fuzzy.ts';
import type { Command } from './command.ts';
import { availability } from './registry.ts';

/** A command of the palette, and the words behind its name. */
export interface FoundCommand {
  readonly command: Command;
  /** Undefined when nothing stands behind the name. */
  readonly argument: string | undefined;
}

/** How the palette writes a command: `split right`. */
export function commandWords({ id }: Command): string {
  return id.replaceAll('-', ' ');
}

// What tmux does by itself on a leader key has nothing to run, and moving about is not worth a line.
function isOffered(command: Command, state: AppState): boolean {
  return command.group !== 'move' && !command.id.startsWith('pane-') && availability(command, state) !== 'no';
}

/** How many commands could be run now. */
export function offeredCommands(commands: readonly Command[], state: AppState): readonly Command[] {
  return commands.filter((command) => isOffered(command, state));
}

// `hub log 20` is the command hub-log with the argument 20: the longest name that fits wins.
function findNamed(commands: readonly Command[], line: string): FoundCommand | undefined {
  const typed = line.trimStart();
  const [named] = commands
    .flatMap((command) => namesOf(command).map((name) => ({ command, name })))
    .filter(({ name }) => typed === name || typed.startsWith(`${name} `))
    .sort((a, b) => b.name.length - a.name.length);
  if (named === undefined) return undefined;
  const rest = typed.slice(named.name.length).trim();
  return { command: named.command, argument: rest === '' ? undefined : rest };
}

// its own names first: another's alias never takes a command's place
function namesOf(command: Command): readonly string[] {
  return [commandWords(command), command.id, ...(command.aliases ?? [])];
}

// Among names that hold the word as it is, the registry's order stays: right before down.
function rank(wanted: string, text: string): number {
  const score = fuzzyScore(wanted, text);
  return score >= 100 ? Math.floor(score / 50) * 50 : score;
}

/** The commands that fit a line of the palette, the best first. A whole name with words behind it fits alone. */
export function findCommands(commands: readonly Command[], line: string, state: AppState): readonly FoundCommand[] {
  const offered = offeredCommands(commands, state);
  const wanted = line.trim();
  if (wanted === '') return offered.map((command) => ({ command, argument: undefined }));
  const named = findNamed(offered, line);
  if (named?.argument !== undefined) return [named];
  const scored = offered
    .map((command) => ({
      command,
      score: Math.max(
        rank(wanted, commandWords(command)) * 2,
        rank(wanted, command.title),
        ...(command.aliases ?? []).map((alias) => (alias.startsWith(wanted) ? rank(wanted, alias) : 0)),
      ),
    }))
    .filter(({ command, score }) => score > 0 && command !== named?.command)
    .sort((a, b) => b.score - a.score);
  return [...(named === undefined ? [] : [named]), ...scored.map(({ command }) => ({ command, argument: undefined }))];
}

/** The line after Tab: the name of the command in full, or the word behind it; the same when nothing fits. */
export function completeLine(line: string, found: FoundCommand | undefined, state: AppState): string {
  if (found === undefined) return line;
  const name = commandWords(found.command);
  if (found.argument === undefined && !line.endsWith(' ')) return `${name} `;
  const last = /\S*$/u.exec(line)?.[0] ?? '';
  const word = found.command.words?.(state).find((candidate) => candidate.startsWith(last) && candidate !== last);
  return word === undefined ? line : `${line.slice(0, line.length - last.length)}${word} `;
}
