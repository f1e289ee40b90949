import type { Command, CommanderError } from 'commander';
import { didYouMean } from '../config/near-words.ts';
import { CliError } from './cli-error.ts';

/** What the parser refused, as an error of ours: with what may have been meant, and told as JSON where that is wanted. */
export function toUsageError(error: CommanderError, program: Command, argv: readonly string[]): CliError {
  const said = error.message.replace(/^error: /, '').replace(/^[a-z]/, (letter) => letter.toUpperCase());
  const message = said.endsWith('.') ? said : `${said}.`;
  const command = findCommand(program, argv);
  const path = pathOf(command);
  const hint = didYouMean(refusedWord(said), knownWords(command, said), `See: ${path} --help`);
  return new CliError('wrong-usage', message, { cause: error, hint });
}

function refusedWord(message: string): string {
  return /^Unknown (?:option|command) '(.*)'$/s.exec(message)?.[1] ?? '';
}

function knownWords(command: Command, message: string): readonly string[] {
  const help = command.createHelp();
  if (message.startsWith('Unknown command')) return help.visibleCommands(command).map((sub) => sub.name());
  const options = [...help.visibleOptions(command), ...(command.parent?.options ?? [])];
  return [...new Set(options.flatMap(({ long }) => long ?? []))];
}

/** The innermost command that the words name. */
function findCommand(program: Command, argv: readonly string[]): Command {
  let command = program;
  for (const word of argv) {
    const next = command.commands.find((sub) => sub.name() === word || sub.aliases().includes(word));
    if (next === undefined && !word.startsWith('-')) break;
    command = next ?? command;
  }
  return command;
}

function pathOf(command: Command): string {
  return command.parent === null ? command.name() : `${pathOf(command.parent)} ${command.name()}`;
}
