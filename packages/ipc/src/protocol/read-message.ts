import { IpcError } from '../errors.ts';
import { openPayload } from './compressed-payload.ts';
import type { Envelope } from './envelope.ts';
import { findMessageType, messageTypes, type MessageTypeName, type PayloadOf } from './message-types.ts';
import { findNearNames } from './near-names.ts';
import { WireFailure } from './wire-codes.ts';

/**
 * The payload of a message of the protocol, unpacked and checked; fields that the schema does not know are kept. Throws a
 * `WireFailure` `MESSAGE_FORMAT_INVALID` that names the field, or that names the types which may have been meant.
 */
export function readMessage<Name extends MessageTypeName>(
  envelope: Envelope & { readonly type: Name },
  maxBytes: number,
): PayloadOf<Name>;
export function readMessage(envelope: Envelope, maxBytes: number): unknown;
export function readMessage(envelope: Envelope, maxBytes: number): unknown {
  const definition = findMessageType(envelope.type);
  if (!definition) throw unknownType(envelope.type);
  const parsed = definition.payload.safeParse(open(envelope, maxBytes));
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const where = ['payload', ...(issue?.path ?? [])].join('.');
  throw new WireFailure('MESSAGE_FORMAT_INVALID', `${envelope.type}: ${where}: ${issue?.message ?? 'invalid'}.`);
}

/** The refusal of a type without a dot that is not in `messageTypes`. */
export function unknownType(type: string): WireFailure {
  const shown = type.length > 64 ? `${type.slice(0, 64)}…` : type;
  const near = findNearNames(type, Object.keys(messageTypes));
  const question = near.length === 0 ? '' : ` Did you mean ${near.join(' or ')}?`;
  return new WireFailure(
    'MESSAGE_FORMAT_INVALID',
    `Unknown type "${shown}".${question} A subject of your own has a dot in it.`,
  );
}

function open(envelope: Envelope, maxBytes: number): unknown {
  try {
    return openPayload(envelope, maxBytes);
  } catch (cause) {
    if (!(cause instanceof IpcError)) throw cause;
    throw new WireFailure('MESSAGE_FORMAT_INVALID', cause.message, { cause });
  }
}
