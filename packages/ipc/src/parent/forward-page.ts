import type { ServerConnection } from '../client/server-connection.ts';
import { IpcError } from '../errors.ts';
import { type DataOf, messageTypes } from '../protocol/message-types.ts';
import type { StoredMessage } from '../store/message-store.ts';

type Answer = DataOf<'daemon_forward'>;

/** What became of one message at the parent. */
export type ForwardResult = Answer['results'][number];

/** Sends messages of one stream, and settles when the parent has the first of them on its disk, or refused them. */
export async function forwardPage(
  connection: ServerConnection,
  page: readonly StoredMessage[],
  id: string,
): Promise<Answer> {
  const payload = { messages: page.map(({ bytes }) => bytes) };
  const data = await connection.exchange({ type: 'daemon_forward', id, payload }, { isPatient: true });
  const parsed = messageTypes.daemon_forward.data.safeParse(data);
  const { length } = parsed.data?.results ?? [];
  if (parsed.success && length > 0 && length <= page.length) return parsed.data;
  throw new IpcError('malformed', 'The answer of the parent makes no sense.');
}
