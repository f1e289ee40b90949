import { parseRecords, recordFormat, type TmuxCommand, type TmuxTransport } from '@swarm-tui/core';
import { unbindKeys } from './key-tables.ts';
import { sessionOptionNames, windowOptionNames } from './options.ts';
import { listPanesCommand, parsePanes, type SessionPane } from './pane-snapshot.ts';

const clientFacts = ['client_control_mode', 'client_name'] as const;

/** What is left, and how. */
export interface LeaveOptions {
  readonly sessionId: string;
  /** Session that the person came from; null on a server of our own. */
  readonly origin: string | null;
  /** Key table of the session. */
  readonly table: string;
}

/**
 * Ends a UI session and leaves nothing of it behind. Whoever looks at it goes back to where they came from. Where somebody
 * else has made windows or panes in it, the session is theirs from then on, and only what we made is closed.
 */
export async function leaveSession(
  transport: TmuxTransport,
  { sessionId, origin, table }: LeaveOptions,
): Promise<void> {
  if (origin !== null) await sendHome(transport, sessionId, origin);
  // the session takes this connection with it, so the keys go first
  await transport.settleAll([['set-option', '-u', '-t', sessionId, 'key-table'], ...unbindKeys(table)]);
  const panes = parsePanes(await transport.run(listPanesCommand(sessionId)));
  const isAllOurs = panes.every(({ kind }) => kind !== null);
  if (isAllOurs) return void (await transport.settleAll([['kill-session', '-t', sessionId]]));
  const options = await transport.run(['show-options', '-t', sessionId]);
  const names = options.flatMap((line) => /^@swarm_\S+/.exec(line)?.[0] ?? []);
  await transport.settleAll(names.map((name) => ['set-option', '-u', '-t', sessionId, name]));
  await transport.settleAll(handOver(sessionId, panes, origin));
}

/** The last command ends this process: the list's pane is closed by it. */
function handOver(sessionId: string, panes: readonly SessionPane[], origin: string | null): readonly TmuxCommand[] {
  const ours = panes.filter(({ kind }) => kind !== null);
  const windows = new Set(ours.map(({ windowId }) => windowId));
  const close = (pane: SessionPane): TmuxCommand => ['kill-pane', '-t', pane.paneId];
  return [
    ...sessionOptionNames.map((name): TmuxCommand => ['set-option', '-u', '-t', sessionId, name]),
    ['set-hook', '-u', '-t', sessionId, 'client-detached'],
    ...[...windows].flatMap((windowId) =>
      windowOptionNames.map((name): TmuxCommand => ['set-option', '-w', '-u', '-t', windowId, name]),
    ),
    // on a server of our own there is no other session to go to
    ...(origin === null ? [['detach-client', '-s', sessionId]] : []),
    ...ours.filter(({ kind }) => kind !== 'list').map(close),
    ...ours.filter(({ kind }) => kind === 'list').map(close),
  ];
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
