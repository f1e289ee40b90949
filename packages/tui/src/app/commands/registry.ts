import { type Key, parseKey } from '../keys/key.ts';
import type { AppState } from '../state/app-state.ts';
import { isHubUp } from '../state/app-state.ts';
import type { LeaderEntry } from '../workspace-port.ts';
import type { Command } from './command.ts';

/** A person's own keys, from the config file: command id to keys in list mode, or null to free them. */
export interface KeyBindings {
  readonly list?: Readonly<Record<string, readonly Key[] | null>> | undefined;
  readonly leader?: Readonly<Record<string, readonly Key[] | null>> | undefined;
}

/** Two commands that want one key. */
export interface KeyConflict {
  readonly key: Key;
  readonly commands: readonly string[];
}

type KeySet = 'keys' | 'leaderKeys';

/** All commands with their keys, after rebinding. */
export class CommandRegistry {
  readonly commands: readonly Command[];
  /** Keys that two commands want; the first one has it. Empty unless the config is wrong. */
  readonly conflicts: readonly KeyConflict[];
  /** Ids in the person's bindings that no command has. */
  readonly unknownIds: readonly string[];
  readonly #byId: ReadonlyMap<string, Command>;
  readonly #byKey: ReadonlyMap<Key, Command>;
  readonly #byLeaderKey: ReadonlyMap<Key, Command>;

  constructor(commands: readonly Command[], bindings: KeyBindings = {}) {
    this.commands = commands.map((command) => rebind(command, bindings));
    this.#byId = new Map(this.commands.map((command) => [command.id, command]));
    this.#byKey = keyTable(this.commands, 'keys');
    this.#byLeaderKey = keyTable(this.commands, 'leaderKeys');
    this.conflicts = [...findConflicts(this.commands, 'keys'), ...findConflicts(this.commands, 'leaderKeys')];
    const bound = [...Object.keys(bindings.list ?? {}), ...Object.keys(bindings.leader ?? {})];
    this.unknownIds = bound.filter((id) => !this.#byId.has(id));
  }

  find(id: string): Command | undefined {
    return this.#byId.get(id);
  }

  /** The command of a key in list mode. */
  forKey(key: Key): Command | undefined {
    return this.#byKey.get(key);
  }

  /** The command of a key after the leader. */
  forLeaderKey(key: Key): Command | undefined {
    return this.#byLeaderKey.get(key);
  }

  /** What is wrong with the person's bindings, a sentence each. */
  problems(): readonly string[] {
    const twice = this.conflicts.map(
      ({ key, commands }) => `${key} is bound twice: ${commands.join(' and ')}. ${commands[0] ?? ''} has it.`,
    );
    return [...twice, ...this.unknownIds.map((id) => `"${id}" is bound to keys, but no command is called that.`)];
  }

  /** The leader table as the workspace binds it in tmux. */
  leaderTable(): readonly LeaderEntry[] {
    return this.commands.flatMap(({ leaderKeys = [], title, paneAction }) =>
      leaderKeys.map((key): LeaderEntry => {
        const action =
          paneAction === undefined ? ({ kind: 'app' } as const) : ({ kind: 'pane', action: paneAction } as const);
        return { key, title, action };
      }),
    );
  }
}

// As people write keys in a file; what is no key stays as it is and never matches.
function ownKeys(written: readonly string[] | null | undefined): readonly Key[] | undefined {
  return written === undefined ? undefined : (written ?? []).map((key) => parseKey(key) ?? key);
}

function rebind(command: Command, { list, leader }: KeyBindings): Command {
  const keys = ownKeys(list?.[command.id]);
  const leaderKeys = ownKeys(leader?.[command.id]);
  return {
    ...command,
    ...(keys === undefined ? {} : { keys }),
    ...(leaderKeys === undefined ? {} : { leaderKeys }),
  };
}

function keyTable(commands: readonly Command[], keys: KeySet): ReadonlyMap<Key, Command> {
  const table = new Map<Key, Command>();
  for (const command of commands) {
    for (const key of command[keys] ?? []) if (!table.has(key)) table.set(key, command);
  }
  return table;
}

function findConflicts(commands: readonly Command[], keys: KeySet): KeyConflict[] {
  const users = new Map<Key, string[]>();
  for (const command of commands) {
    for (const key of command[keys] ?? []) users.set(key, [...(users.get(key) ?? []), command.id]);
  }
  return [...users].filter(([, ids]) => ids.length > 1).map(([key, ids]) => ({ key, commands: ids }));
}

/** Whether a command can be run now; `hub` when only the lost hub stands in its way. */
export function availability(command: Command, state: AppState): 'yes' | 'no' | 'hub' {
  if (command.when !== undefined && !command.when(state)) return 'no';
  return command.needsHub === true && !isHubUp(state) ? 'hub' : 'yes';
}
