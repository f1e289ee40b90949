import type { Argument, Command, Option } from 'commander';

/** What only the running program knows. None of these may fail. */
export interface CompletionSources {
  /** Names of agents. */
  names(): Promise<readonly string[]>;
  /** Ids of coding agents. */
  providers(): Promise<readonly string[]>;
  hosts(): Promise<readonly string[]>;
  runtimes(): Promise<readonly string[]>;
  /** Values of options by their long name, where no source above has them. */
  readonly values: Readonly<Record<string, readonly string[]>>;
}

/** Where the last word stands. */
interface Place {
  readonly command: Command;
  /** Arguments before it. */
  readonly given: readonly string[];
  /** The option whose value it is. */
  readonly option: Option | undefined;
  readonly afterDashes: boolean;
}

/** Words that may stand in place of the last one. */
export async function completeWords(
  program: Command,
  words: readonly string[],
  sources: CompletionSources,
): Promise<readonly string[]> {
  // bash takes --color=always apart
  const whole = words.filter((word) => word !== '=');
  const current = words.at(-1) === '=' ? '' : (words.at(-1) ?? '');
  const before = words.at(-1) === '=' ? whole : whole.slice(0, -1);
  const place = findPlace(program, before);
  const [, long, value] = /^(--[a-z-]+)=(.*)$/s.exec(current) ?? [];
  const option = long === undefined ? undefined : optionsOf(place.command).find((known) => known.long === long);
  const found =
    option === undefined
      ? await candidates(place, current, sources)
      : (await valuesOf(option, sources)).map((text) => `${long}=${text}`);
  const isValue = option !== undefined && value !== undefined;
  return [...new Set(found)].filter((word) => word.startsWith(current) && (isValue || !place.given.includes(word)));
}

function findPlace(program: Command, words: readonly string[]): Place {
  let command = program;
  let option: Option | undefined;
  const given: string[] = [];
  for (const [index, word] of words.entries()) {
    if (word === '--') return { command, given: words.slice(index + 1), option: undefined, afterDashes: true };
    if (word.startsWith('-')) {
      option = word.includes('=')
        ? undefined
        : optionsOf(command).find((known) => [known.short, known.long].includes(word) && known.required);
    } else if (option === undefined) {
      const next = given.length > 0 ? undefined : subcommand(command, word);
      if (next === undefined) given.push(word);
      else command = next;
    } else if (!option.variadic) option = undefined;
  }
  return { command, given, option, afterDashes: false };
}

function subcommand(command: Command, word: string): Command | undefined {
  return command.commands.find((sub) => sub.name() === word || sub.aliases().includes(word));
}

/** A command's own options and those of the program. */
function optionsOf(command: Command): readonly Option[] {
  return command.parent === null ? command.options : [...command.options, ...optionsOf(command.parent)];
}

async function candidates(place: Place, current: string, sources: CompletionSources): Promise<readonly string[]> {
  const { command, given, option, afterDashes } = place;
  if (option !== undefined) return valuesOf(option, sources);
  if (afterDashes) return [];
  if (current.startsWith('-')) {
    const shown = optionsOf(command).filter(({ hidden, long }) => !hidden && long !== '--version');
    return [...shown.flatMap(({ long }) => long ?? []), '--help'];
  }
  if (command.commands.length > 0) {
    const help = command.createHelp();
    return help.visibleCommands(command).map((sub) => sub.name());
  }
  const last = command.registeredArguments.at(-1);
  const argument = command.registeredArguments[given.length] ?? (last?.variadic === true ? last : undefined);
  return argument === undefined ? [] : valuesOfArgument(argument, sources);
}

async function valuesOf({ argChoices, long }: Option, sources: CompletionSources): Promise<readonly string[]> {
  if (argChoices !== undefined) return argChoices;
  if (long === '--host') return sources.hosts();
  if (long === '--runtime') return sources.runtimes();
  return sources.values[long ?? ''] ?? [];
}

async function valuesOfArgument(argument: Argument, sources: CompletionSources): Promise<readonly string[]> {
  if (argument.argChoices !== undefined) return argument.argChoices;
  if (argument.name() === 'name' || argument.name() === 'names') return sources.names();
  return argument.name() === 'agent' ? sources.providers() : (sources.values[argument.name()] ?? []);
}
