import type { ClientType } from '../protocol/client-type.ts';

/** What a kind of client may do besides sending the types that name it among their `senders` (see `messageTypes`). */
export interface RoleRule {
  /** `own`: only those that its credential or its registration names. */
  readonly taskspaces: 'all' | 'own';
  /** What it may register as: never more than it is. */
  readonly mayBecome: readonly ClientType[];
}

/** Rules by kind of client (symposium-ipc, section 5; the command line is treated like the app). */
export const roleRules: Readonly<Record<ClientType, RoleRule>> = {
  symposium_app: { taskspaces: 'all', mayBecome: ['symposium_app', 'cli', 'agent', 'ide'] },
  cli: { taskspaces: 'all', mayBecome: ['cli', 'symposium_app', 'agent', 'ide'] },
  agent: { taskspaces: 'own', mayBecome: ['agent'] },
  ide: { taskspaces: 'own', mayBecome: ['ide'] },
};

/** Types between a client and the daemon alone: no scope has to name them, what they name is checked instead. */
export const ownTypes: ReadonlySet<string> = new Set([
  'client_register',
  'client_list',
  'heartbeat',
  'status_request',
  'subscribe',
  'unsubscribe',
  'cancel',
  'response',
  'consumer_ack',
  'consumer_remove',
  'daemon_forward',
]);
