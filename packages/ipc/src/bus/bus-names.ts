import { IpcError } from '../errors.ts';
import { isReservedType } from '../protocol/control.ts';
import { findMessageType } from '../protocol/message-types.ts';
import { findPatternFault, findSubjectFault, startOf } from '../subjects/pattern.ts';

/** Of the names of streams and durable consumers: what an engine makes of them must still be the name of a file. */
const MAX_NAME_BYTES = 64;
const DURABLE_TOKEN = 'buffer';
const DURABLE_PREFIX = 'buffer_';

/** The stream that a message belongs to; null when nobody keeps it. Throws `malformed` or `reserved-subject`. */
export function findStream(subject: string, payload: unknown): string | null {
  checkSubject(subject);
  const stream = streamOf(subject, payload);
  if (stream === null) return null;
  if (typeof stream !== 'string') {
    throw new IpcError('malformed', `${subject} is durable, and lacks its stream: payload.taskspace_id is no text.`);
  }
  checkName('stream', stream);
  return stream;
}

/** Throws `malformed` or `reserved-subject` for what cannot be published on. */
export function checkSubject(subject: string): void {
  const fault = subject.isWellFormed() ? findSubjectFault(subject) : 'is no Unicode text';
  if (fault !== undefined) throw new IpcError('malformed', `The subject ${JSON.stringify(subject)} ${fault}.`);
  if (subject.includes('.')) return;
  if (isReservedType(subject)) throw new IpcError('reserved-subject', `"${subject}" is no subject.`);
  if (findMessageType(subject) === undefined) {
    throw new IpcError('malformed', `"${subject}" is no type of the protocol: names of your own have dots.`);
  }
}

/** Throws `malformed` or `reserved-subject` for what cannot be subscribed to. */
export function checkPattern(pattern: string): void {
  const fault = pattern.isWellFormed() ? findPatternFault(pattern) : 'is no Unicode text';
  if (fault !== undefined) throw new IpcError('malformed', `The pattern ${JSON.stringify(pattern)} ${fault}.`);
  if (isReservedType(pattern)) throw new IpcError('reserved-subject', `"${pattern}" is no subject.`);
}

/** As `checkPattern`; and responders of `prefix*` would be given requests that they do not mean. */
export function checkResponderPattern(pattern: string): void {
  checkPattern(pattern);
  if (hasPrefix(pattern)) {
    throw new IpcError('malformed', `A responder cannot have the pattern ${pattern}: its * is only a part of a token.`);
  }
}

/** Throws `malformed` for what cannot be the name of a stream, a queue or a durable consumer. */
export function checkName(what: 'stream' | 'queue' | 'durable consumer', name: string): void {
  const bytes = Buffer.byteLength(name);
  if (bytes > 0 && bytes <= MAX_NAME_BYTES && name.isWellFormed()) return;
  throw new IpcError('malformed', `The name of a ${what} has 1 to ${MAX_NAME_BYTES} bytes of text, not ${bytes}.`);
}

/** Whether the last token is `prefix*`. */
export function hasPrefix(pattern: string): boolean {
  return startOf(pattern.slice(pattern.lastIndexOf('.') + 1)) !== undefined;
}

/** Which kinds of messages may meet the pattern. */
export function kindsOf(pattern: string): { readonly durable: boolean; readonly volatile: boolean } {
  const [first = '', ...others] = pattern.split('.');
  const rest = others.length > 0;
  if (first === '*' || first === '>') return { durable: true, volatile: true };
  if (rest) return { durable: first === DURABLE_TOKEN, volatile: first !== DURABLE_TOKEN };
  const start = startOf(first);
  if (start === undefined) return { durable: isDurableType(first), volatile: !isDurableType(first) };
  // `buffer_replay` and `buffer_acknowledge` are requests, and not kept.
  return { durable: start.startsWith(DURABLE_PREFIX) || DURABLE_PREFIX.startsWith(start), volatile: true };
}

function streamOf(subject: string, payload: unknown): unknown {
  const [first, second, third] = subject.split('.', 3);
  if (second === undefined) return isDurableType(subject) ? taskspaceOf(payload) : null;
  if (first !== DURABLE_TOKEN) return null;
  if (third === undefined) {
    throw new IpcError('malformed', `${subject} is durable, and too short: buffer.<stream>.<rest>.`);
  }
  return second;
}

function isDurableType(type: string): boolean {
  return findMessageType(type)?.isDurable === true;
}

function taskspaceOf(payload: unknown): unknown {
  return typeof payload === 'object' && payload !== null ? Reflect.get(payload, 'taskspace_id') : undefined;
}
