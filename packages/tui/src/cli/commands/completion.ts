import { Argument } from 'commander';
import { messageStates } from './send.ts';
import { waitStates } from './wait.ts';
import { type FleetSnapshot, sanitizeText } from '@swarm-tui/hub/client';
import { completeWords, type CompletionSources } from '../complete-words.ts';
import { completionScripts } from '../output/completion-scripts.ts';
import { reasonWords, stateWords } from '../output/state-words.ts';
import { keyNames } from '../tmux-keys.ts';
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
      const found = await completeWords(program, words, listSources(host));
      // a line each: a name that holds a line end, or what a terminal acts on, cannot be offered
      await host.context.write(found.map((word) => (word === sanitizeText(word) ? `${word}\n` : '')).join(''));
    });
};

function listSources({ context }: CommandHost): CompletionSources {
  const ask = async (pick: (snapshot: FleetSnapshot) => readonly string[]): Promise<readonly string[]> => {
    try {
      // never starts a hub: a shell waits
      const request = { timeoutMs: 2000 };
      return pick(await withHub(context, (hub) => hub.request('fleet.snapshot', {}, request), { mayStart: false }));
    } catch {
      return [];
    }
  };
  return {
    names: () => ask(({ agents }) => agents.filter(({ removeAt }) => removeAt === null).map(({ name }) => name)),
    hosts: () => ask(({ agents }) => agents.map(({ host }) => host)),
    runtimes: () => ask(({ runtimes }) => runtimes.map(({ id }) => id)),
    providers: () => context.listProviders().catch(() => []),
    values: {
      '--for': waitStates,
      '--wait': messageStates,
      '--state': [...stateWords, ...reasonWords],
      keys: keyNames,
    },
  };
}
