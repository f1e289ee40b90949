import { findMessageType } from '../protocol/message-types.ts';
import { isLiteral, matchesPattern } from '../subjects/pattern.ts';
import { coversPattern } from './covers-pattern.ts';
import type { Grant } from './grant.ts';
import { ownTypes } from './rules.ts';

const BUFFER_PREFIX = 'buffer.';

/**
 * Whether messages of this type or subject may be sent at all. Depends on nothing else, so the answer can be kept. True
 * for what the protocol does not know: that is refused with a better word, whoever sends it.
 */
export function mayPublish(grant: Grant, type: string): boolean {
  const definition = findMessageType(type);
  if (!definition && !type.includes('.')) return true;
  if (definition && !definition.senders.includes(grant.role)) return false;
  if (ownTypes.has(type)) return true;
  return grant.publish.some((pattern) => matchesPattern(pattern, type)) && mayTouch(grant, streamOf(type));
}

/** Whether everything that `pattern` can match may be subscribed to; a wide pattern may still meet foreign taskspaces. */
export function maySubscribe(grant: Grant, pattern: string): boolean {
  return grant.subscribe.some((allowed) => coversPattern(allowed, pattern)) && mayTouch(grant, streamOf(pattern));
}

/** Whether this taskspace or stream is any of the client's business; undefined: the message is about none. */
export function mayTouch({ taskspaces }: Grant, taskspace: string | undefined): boolean {
  return taskspace === undefined || taskspaces === 'all' || taskspaces.has(taskspace);
}

/** Second token of a `buffer.` subject; undefined for others, and when a pattern leaves it open. */
function streamOf(subject: string): string | undefined {
  if (!subject.startsWith(BUFFER_PREFIX)) return undefined;
  const [, stream] = subject.split('.');
  return stream !== undefined && isLiteral(stream) ? stream : undefined;
}
