import { parseRecords, recordFormat, type TmuxCommand, type TmuxTransport } from '@swarm-tui/core';
import type { LeaderEntry } from '../app/workspace-port.ts';
import { chooseKeys, type KeyChoice } from './key-check.ts';
import { bindKeys, bindMouse, boundKeys, unbindKeys } from './key-tables.ts';
import { bindWatch } from './key-watch.ts';
import { uiOptions } from './options.ts';

/** Which keys are bound in the session, and for whom. */
export interface SessionKeysOptions {
  /** Stays its owner's. */
  readonly transport: TmuxTransport;
  readonly sessionId: string;
  readonly listPaneId: string;
  /** tmux name of the leader that the person wants. @default 'C-]' */
  readonly leader?: string | undefined;
  /** Asks a terminal for XON/XOFF; null when it cannot be asked. */
  readonly readFlowControl?: ((tty: string) => Promise<boolean | null>) | undefined;
}

const sessionFacts = [
  'session_name',
  'prefix',
  'prefix2',
  uiOptions.tables,
  uiOptions.origin,
  uiOptions.suspend,
] as const;
const clientFacts = ['client_control_mode', 'client_tty'] as const;

type Facts = Readonly<Record<(typeof sessionFacts)[number], string>>;

/** The key tables of one UI session: made at start, made anew after a rebinding, gone at the end. */
export class SessionKeys {
  readonly #options: SessionKeysOptions;
  readonly #facts: Facts;
  readonly choice: KeyChoice;
  readonly table: string;

  private constructor(options: SessionKeysOptions, found: { facts: Facts; choice: KeyChoice }) {
    this.#options = options;
    this.#facts = found.facts;
    this.choice = found.choice;
    this.table = found.facts[uiOptions.tables] || tableName(found.facts.session_name, options.sessionId);
  }

  /** Looks at prefix, bindings and terminal, and picks the keys. Changes nothing. */
  static async read(options: SessionKeysOptions): Promise<SessionKeys> {
    const { transport, sessionId, readFlowControl } = options;
    const [session, clients, root] = await transport.settleAll([
      ['display-message', '-p', '-t', `${sessionId}:`, recordFormat(sessionFacts)],
      ['list-clients', '-t', sessionId, '-F', recordFormat(clientFacts)],
      ['list-keys', '-T', 'root'],
    ]);
    const facts = parseRecords(sessionFacts, linesOf(session))[0] ?? noFacts;
    const client = parseRecords(clientFacts, linesOf(clients)).find((found) => found.client_control_mode !== '1');
    const choice = chooseKeys(
      {
        prefix: facts.prefix,
        prefix2: facts.prefix2,
        rootKeys: boundKeys(linesOf(root)),
        hasFlowControl: client === undefined ? null : ((await readFlowControl?.(client.client_tty)) ?? null),
      },
      options.leader,
    );
    return new SessionKeys(options, { facts, choice });
  }

  /** The session that the person came from, `$0`; null on a server of our own. */
  get origin(): string | null {
    return this.#facts[uiOptions.origin] || null;
  }

  /** Makes the tables of this session, and only of it, hold exactly these bindings. */
  async install(entries: readonly LeaderEntry[]): Promise<void> {
    const { transport, sessionId, listPaneId } = this.#options;
    const { leader, back } = this.choice;
    const spec = { table: this.table, listPaneId, leader, back, suspend: this.#suspendCommand(), entries };
    // one key that this tmux does not know must not cost the others
    await transport.settleAll([
      ...unbindKeys(this.table),
      ...bindMouse(this.table),
      ...bindKeys(spec),
      ...bindWatch({ sessionId, ...spec }),
      ['set-option', '-t', sessionId, uiOptions.tables, this.table],
      ['set-option', '-t', sessionId, 'key-table', this.table],
    ]);
  }

  /** Inside the person's tmux, Ctrl+Z puts the UI into the background: back to where they came from. */
  #suspendCommand(): TmuxCommand | null {
    if (this.origin !== null) return ['switch-client', '-t', this.origin];
    return this.#facts[uiOptions.suspend] === '1' ? ['suspend-client'] : null;
  }
}

const noFacts: Facts = {
  session_name: '',
  prefix: 'None',
  prefix2: 'None',
  [uiOptions.tables]: '',
  [uiOptions.origin]: '',
  [uiOptions.suspend]: '',
};

function tableName(sessionName: string, sessionId: string): string {
  return /^swarm(?:-\d+)?$/.test(sessionName) ? sessionName : `swarm-s${sessionId.replace(/^\$/, '')}`;
}

function linesOf(outcome: PromiseSettledResult<readonly string[]> | undefined): readonly string[] {
  return outcome?.status === 'fulfilled' ? outcome.value : [];
}
