import type * as z from 'zod/mini';
import { agentMessages } from './families/agent.ts';
import { bufferMessages } from './families/buffer.ts';
import { clientMessages } from './families/client.ts';
import { linkMessages } from './families/link.ts';
import { subscriptionMessages } from './families/subscription.ts';
import { systemMessages } from './families/system.ts';
import { taskspaceMessages } from './families/taskspace.ts';
import type { MessageType } from './message-type.ts';

/** Every type without a dot that may be on the wire. What is not here is refused; a type with dots is a subject. */
export const messageTypes = {
  ...taskspaceMessages,
  ...agentMessages,
  ...systemMessages,
  ...bufferMessages,
  ...clientMessages,
  ...subscriptionMessages,
  ...linkMessages,
} as const;

export type MessageTypeName = keyof typeof messageTypes;

/** What a message of this type says. */
export type PayloadOf<Name extends MessageTypeName> = z.infer<(typeof messageTypes)[Name]['payload']>;

/** What a successful answer to this type has as `data`. */
export type DataOf<Name extends MessageTypeName> = (typeof messageTypes)[Name]['data'] extends infer Data extends
  z.ZodMiniType
  ? z.infer<Data>
  : never;

/** Whether `type` is a type of the protocol. */
export function isMessageType(type: string): type is MessageTypeName {
  return Object.hasOwn(messageTypes, type);
}

/** The entry of `type`, or undefined for a subject and for what is unknown. */
export function findMessageType(type: string): MessageType | undefined {
  return isMessageType(type) ? messageTypes[type] : undefined;
}
