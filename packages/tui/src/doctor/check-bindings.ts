import { basename } from 'node:path';
import { allCommands } from '../app/commands/all-commands.ts';
import { CommandRegistry, type KeyConflict } from '../app/commands/registry.ts';
import { findLine } from '../config/find-line.ts';
import { loadBindings, type LoadConfigOptions, readConfigFile } from '../config/load-config.ts';
import { didYouMean } from '../config/near-words.ts';
import type { Check, Finding } from './finding.ts';

type Table = 'keys' | 'leader_keys';
type Bindings = ReturnType<typeof loadBindings>;
const ids = allCommands.map(({ id }) => id);

/** Keys of the person's own that reach no command, or two. Silent where there are none. */
export function checkBindings(options: LoadConfigOptions): Check {
  return async () => {
    const file = readFile(options);
    if (file === null) return [];
    const config = loadBindings(options);
    const place = (table: Table, id: string): string => {
      const line = findLine(file.text, [table, id]);
      return `${basename(file.path)}${line === null ? '' : ` line ${line}`}`;
    };
    return (['keys', 'leader_keys'] as const).flatMap((table) => [
      ...unknownIds(config, table).map((id) => warn(`${place(table, id)}: ${describeUnknown(table, id)}`)),
      ...conflictsOf(config, table).map(({ key, commands }) => {
        const own = commands.findLast((id) => config[table][id] !== undefined) ?? '';
        return warn(`${place(table, own)}: ${describeConflict(table, { key, commands })}`);
      }),
    ]);
  };
}

// that it cannot be read is another check's
function readFile(options: LoadConfigOptions): ReturnType<typeof readConfigFile> {
  try {
    return readConfigFile(options);
  } catch {
    return null;
  }
}

function warn(text: string): Finding {
  return { level: 'warn', topic: 'bindings', text };
}

function unknownIds(config: Bindings, table: Table): readonly string[] {
  return Object.keys(config[table]).filter((id) => !ids.includes(id));
}

function conflictsOf(config: Bindings, table: Table): readonly KeyConflict[] {
  return new CommandRegistry(allCommands, { [table === 'keys' ? 'list' : 'leader']: config[table] }).conflicts;
}

function describeUnknown(table: Table, id: string): string {
  const hint = didYouMean(id, ids, 'docs/keys.md lists all ids.');
  return `"${id}" in [${table}] is no command. ${hint}`;
}

function describeConflict(table: Table, { key, commands: [first = '', ...others] }: KeyConflict): string {
  const rest = others.filter((id) => id !== first);
  if (rest.length === 0) return `${key} stands twice for ${first} in [${table}].`;
  return `${key} in [${table}] is bound to ${first} and to ${rest.join(' and to ')}. ${first} has it; give ${rest.join(', ')} another key.`;
}
