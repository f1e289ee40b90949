import type { AddCommand } from './commands/command.ts';

interface CommandModule {
  readonly heading: 'Agents' | 'Fleet' | 'Bus';
  /** First words that it understands. */
  readonly words: readonly string[];
  readonly load: () => Promise<AddCommand>;
}

/** All commands, in the order of the help. Loading all of them takes a fifth of the time of `ls`. */
const commandTable: readonly CommandModule[] = [
  { heading: 'Agents', words: ['spawn'], load: async () => (await import('./commands/spawn.ts')).addSpawn },
  { heading: 'Agents', words: ['ls', 'list'], load: async () => (await import('./commands/ls.ts')).addLs },
  {
    heading: 'Agents',
    words: ['send', 'keys', 'interrupt'],
    load: async () => (await import('./commands/send.ts')).addSend,
  },
  {
    heading: 'Agents',
    words: ['attach', 'capture', 'logs', 'explain'],
    load: async () => (await import('./commands/show.ts')).addShow,
  },
  { heading: 'Agents', words: ['wait'], load: async () => (await import('./commands/wait.ts')).addWait },
  {
    heading: 'Agents',
    words: ['kill', 'restart', 'rename'],
    load: async () => (await import('./commands/manage.ts')).addManage,
  },
  { heading: 'Fleet', words: ['events'], load: async () => (await import('./commands/events.ts')).addEvents },
  { heading: 'Fleet', words: ['hub'], load: async () => (await import('./commands/hub.ts')).addHub },
  { heading: 'Fleet', words: ['doctor'], load: async () => (await import('./commands/doctor.ts')).addDoctor },
  { heading: 'Fleet', words: ['demo'], load: async () => (await import('./commands/demo.ts')).addDemo },
  {
    heading: 'Fleet',
    words: ['completion'],
    load: async () => (await import('./commands/completion.ts')).addCompletion,
  },
  { heading: 'Bus', words: ['ipc'], load: async () => (await import('./commands/ipc.ts')).addIpc },
];

/**
 * Loads what the first word needs, with the headings of the help. Everything, when it is no command: for the help, for
 * options before the command, for completion, and for what may have been meant.
 */
export function loadCommands(firstWord?: string): Promise<readonly (readonly [heading: string, add: AddCommand])[]> {
  const asked = commandTable.filter(({ words }) => firstWord !== undefined && words.includes(firstWord));
  const wanted = asked.length > 0 ? asked : commandTable;
  return Promise.all(wanted.map(async ({ heading, load }) => [heading, await load()] as const));
}
