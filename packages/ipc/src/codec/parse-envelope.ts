import { IpcError } from '../errors.ts';
import { Envelope } from '../protocol/envelope.ts';

/** Throws `malformed`, naming the first field that is wrong. */
export function parseEnvelope(value: unknown): Envelope {
  const parsed = Envelope.safeParse(value);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  const where = issue?.path.join('.') || 'message';
  throw new IpcError('malformed', `Not an envelope: ${where}: ${issue?.message ?? 'invalid'}.`);
}
