import { RuntimeError } from '../errors.ts';
import type { TmuxCommand } from './tmux-transport.ts';

const plainTmuxWord = /^[A-Za-z0-9_./,:@-]+$/;
const plainShellWord = /^[A-Za-z0-9_./,:@%+=-]+$/;

/**
 * One line for tmux's own command parser (control mode, `source-file`) that means exactly these words. The line holds no
 * line break, whatever the words hold. Throws `invalid-input` for no words, and for NUL, which tmux cannot carry.
 */
export function quoteTmux(command: TmuxCommand): string {
  refuseEmpty(command);
  return command.map(quoteTmuxWord).join(' ');
}

function quoteTmuxWord(word: string): string {
  if (plainTmuxWord.test(word)) return word;
  refuseNul(word);
  // inside double quotes tmux still expands `$` and a leading `~`; a backslash stops both
  return `"${word.replace(/["$~\\]|\p{Cc}/gu, escapeCharacter)}"`;
}

function escapeCharacter(character: string): string {
  if (character === '\n') return '\\n';
  const code = character.charCodeAt(0);
  // C1 controls are two bytes of UTF-8 each and pass as they are
  if (code >= 0x80) return character;
  return code < 0x20 || code === 0x7f ? `\\${code.toString(8).padStart(3, '0')}` : `\\${character}`;
}

/** The words as arguments of a `tmux` process, where a word that ends in `;` would end the command. */
export function quoteTmuxArguments(command: TmuxCommand): readonly string[] {
  refuseEmpty(command);
  return command.map((word) => {
    refuseNul(word);
    return word.endsWith(';') ? `${word.slice(0, -1)}\\;` : word;
  });
}

/** One line for a POSIX shell that runs exactly these words. */
export function quoteShell(argv: readonly string[]): string {
  return argv
    .map((word) => (plainShellWord.test(word) ? word : `'${word.replaceAll("'", String.raw`'\''`)}'`))
    .join(' ');
}

function refuseNul(word: string): void {
  if (word.includes('\0')) throw new RuntimeError('invalid-input', 'tmux cannot carry a NUL character');
}

function refuseEmpty(command: TmuxCommand): void {
  if (!command[0]) throw new RuntimeError('invalid-input', 'A tmux command needs a name');
}
