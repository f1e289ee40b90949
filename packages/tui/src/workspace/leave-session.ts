import { parseRecords, recordFormat, type TmuxTransport } from '@swarm-tui/core';
import { unbindKeys } from './key-tables.ts';

const clientFacts = ['client_control_mode', 'client_name'] as const;

export interface LeaveOptions {
  readonly sessionId: string;
  /** Session that the person came from; null on a server of our own. */
  readonly origin: string | null;
  /** Key table of the session. */
  readonly table: string;
}

/** Ends a UI session and leaves nothing of it behind. Whoever looks at it goes back to where they came from. */
export async function leaveSession(
  transport: TmuxTransport,
  { sessionId, origin, table }: LeaveOptions,
): Promise<void> {
  if (origin !== null) await sendHome(transport, sessionId, origin);
  // the session takes this connection with it, so the keys go first
  await transport.settleAll([['set-option', '-u', '-t', sessionId, 'key-table'], ...unbindKeys(table)]);
  await transport.settleAll([['kill-session', '-t', sessionId]]);
}

async function sendHome(transport: TmuxTransport, sessionId: string, origin: string): Promise<void> {
  const lines = await transport.run(['list-clients', '-t', sessionId, '-F', recordFormat(clientFacts)]);
  const people = parseRecords(clientFacts, lines).filter((client) => client.client_control_mode !== '1');
  const outcomes = await transport.settleAll(
    people.map(({ client_name }) => ['switch-client', '-c', client_name, '-t', origin]),
  );
  const stranded = people.filter((_, index) => outcomes[index]?.status === 'rejected');
  await transport.settleAll(stranded.map(({ client_name }) => ['switch-client', '-c', client_name, '-l']));
}
