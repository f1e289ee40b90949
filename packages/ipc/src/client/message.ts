import type { Envelope } from '../protocol/envelope.ts';
import type { MessageTypeName, PayloadOf } from '../protocol/message-types.ts';

/** Name of what applications say to each other: tokens with dots between them. Types of the protocol have no dot. */
export type Subject = `${string}.${string}`;

/** Whether a text is a subject rather than a type of the protocol. */
export function isSubject(text: string): text is Subject {
  return text.includes('.');
}

/** A message of the protocol, with the payload that its type has. */
export type MessageOf<Name extends MessageTypeName> = Envelope & {
  readonly type: Name;
  readonly payload: PayloadOf<Name>;
};

/** Whether the daemon keeps it on disk, and answers when it does. */
export function isDurableType(type: string): boolean {
  if (type.startsWith('buffer.')) return true;
  return type.startsWith('buffer_') && type !== 'buffer_replay' && type !== 'buffer_acknowledge';
}
