import { allCommands } from '../../src/app/commands/all-commands.ts';
import type { Command, CommandGroup } from '../../src/app/commands/command.ts';

const groups: Readonly<Record<CommandGroup, string>> = {
  now: 'What asks for you',
  agents: 'Agents',
  find: 'Find',
  panes: 'Panes',
  careful: 'Careful: these ask first',
  move: 'Move',
  app: 'The program',
};

const cell = (text: string): string => text.replaceAll('|', '\\|');
const keyList = (keys: readonly string[]): string => keys.map((key) => `\`${cell(key)}\``).join(' ');

function row({ id, title, keys, leaderKeys = [], cli }: Command): string {
  return `| ${keyList(keys)} | ${keyList(leaderKeys)} | ${cell(title)} | \`${id}\` | ${cli === undefined ? '' : `\`swarm-tui ${cli}\``} |`;
}

/** docs/keys.md: every command of the registry. */
export function renderKeysPage(): string {
  const sections = Object.entries(groups).map(([group, title]) => {
    const rows = allCommands.filter((command) => command.group === group).map(row);
    return [
      `## ${title}`,
      '',
      '| key | after the leader | does | id | on the command line |',
      '|---|---|---|---|---|',
      ...rows,
      '',
    ].join('\n');
  });
  return [
    '# Keys and commands',
    '',
    '<!-- Made from the command registry by packages/tui/scripts/docs.ts. Do not edit. -->',
    '',
    'Letters act while the list has the keyboard. Inside an agent all keys are the agent’s, but for the leader (`Ctrl+]`, or the one the footer',
    'shows when that is taken) and `Ctrl+Q`, which always leads back to the list. `:` runs any command by name, also those without a key.',
    '',
    'To rebind, name a command by its id in `config.toml` (see [configuration](configuration.md)):',
    '',
    '```toml',
    '[keys]',
    'split-right = ["|", "%"]   # these keys in place of the default ones',
    '',
    '[leader_keys]',
    'split-right = ["v"]',
    '```',
    '',
    ...sections,
  ].join('\n');
}
