import { Argument, type Command } from 'commander';
import { completionScripts } from '../output/completion-scripts.ts';
import { type AddCommand, type CommandHost, withHub } from './command.ts';

/** `completion`: scripts for the shells; they ask the hidden `__complete` for words. */
export const addCompletion: AddCommand = (program, host) => {
  program
    .command('completion')
    .description('print a completion script: bash, zsh, fish')
    .addArgument(new Argument('<shell>').choices(['bash', 'zsh', 'fish']))
    .action(async (shell: 'bash' | 'zsh' | 'fish') => host.context.write(completionScripts[shell]));
  program
    .command('__complete', { hidden: true })
    .argument('[words...]')
    .allowUnknownOption()
    .helpOption(false)
    .action(async (words: string[]) => {
      const found = await complete(program, host, words);
      await host.context.write(found.map((word) => `${word}\n`).join(''));
    });
};

/** Words that may stand in place of the last one. Never starts a hub, and never fails: a shell waits. */
async function complete(program: Command, host: CommandHost, words: readonly string[]): Promise<readonly string[]> {
  const current = words.at(-1) ?? '';
  const { command, rest } = walk(program, words.slice(0, -1));
  return (await candidates(command, host, { current, rest })).filter((word) => word.startsWith(current));
}

function walk(
  program: Command,
  words: readonly string[],
): { readonly command: Command; readonly rest: readonly string[] } {
  let command = program;
  const rest: string[] = [];
  for (const word of words) {
    const next =
      rest.length > 0 ? undefined : command.commands.find((sub) => sub.name() === word || sub.aliases().includes(word));
    if (next !== undefined) command = next;
    else if (!word.startsWith('-')) rest.push(word);
  }
  return { command, rest };
}

async function candidates(
  command: Command,
  host: CommandHost,
  { current, rest }: { readonly current: string; readonly rest: readonly string[] },
): Promise<readonly string[]> {
  if (current.startsWith('-')) return [...command.options.flatMap(({ long }) => long ?? []), '--json', '--help'];
  if (command.commands.length > 0) return visible(command);
  const [first] = command.registeredArguments;
  const argument = command.registeredArguments[rest.length] ?? (first?.variadic === true ? first : undefined);
  if (argument === undefined) return [];
  if (argument.argChoices !== undefined) return argument.argChoices;
  return argument.name() === 'name' || argument.name() === 'names' ? agentNames(host) : [];
}

function visible(command: Command): readonly string[] {
  return command
    .createHelp()
    .visibleCommands(command)
    .map((sub) => sub.name());
}

async function agentNames({ context }: CommandHost): Promise<readonly string[]> {
  try {
    const { agents } = await withHub(context, (hub) => hub.request('fleet.snapshot', {}, { timeoutMs: 2000 }), {
      mayStart: false,
    });
    return agents.filter(({ removeAt }) => removeAt === null).map(({ name }) => name);
  } catch {
    return [];
  }
}
