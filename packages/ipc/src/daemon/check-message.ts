import { IpcError } from '../errors.ts';
import { findMessageType } from '../protocol/message-types.ts';
import { readMessage, unknownType } from '../protocol/read-message.ts';
import { WireFailure } from '../protocol/wire-codes.ts';
import { findSubjectFault } from '../subjects/pattern.ts';
import type { DaemonSession } from './daemon-session.ts';
import type { Incoming } from './incoming.ts';
import { toStoreFailure } from './store-failure.ts';

/** What a message is about, after it was checked. */
export interface Checked {
  readonly session: DaemonSession;
  readonly message: Incoming;
  readonly payload: unknown;
  /** Whose business it is; undefined: of all who subscribed. */
  readonly taskspace: string | undefined;
  readonly isDurable: boolean;
}

/** Reads what the message says, and whether the client may touch what it is about. Throws what `toFailure` takes. */
export function checkMessage(session: DaemonSession, message: Incoming, maxBytes: number): Checked {
  const { type } = message;
  if (type.includes('.')) return checkSubject(session, message);
  const payload = readMessage(message.envelope, maxBytes);
  const { taskspaceField = null, isDurable = false } = findMessageType(type) ?? {};
  const taskspace = taskspaceField === null ? undefined : textOf(payload, taskspaceField);
  if (type !== 'client_register') checkTaskspace(session, taskspace);
  return { session, message, payload, taskspace, isDurable };
}

/** Throws for what is neither a type of the protocol nor a subject. */
export function checkName(type: string): void {
  if (!type.includes('.')) {
    if (!findMessageType(type)) throw unknownType(type);
    return;
  }
  const fault = findSubjectFault(type);
  if (fault !== undefined) throw new WireFailure('MESSAGE_FORMAT_INVALID', `The subject "${type}" ${fault}.`);
}

/** Throws when the client may not send this type at all. */
export function checkMayPublish({ identity }: DaemonSession, type: string): void {
  if (!identity.mayPublish(type)) throw new WireFailure('AUTHENTICATION_FAILED', `This client may not send ${type}.`);
}

/** What a check or the store threw, as the client is told. */
export function toFailure(cause: unknown): WireFailure {
  if (cause instanceof IpcError && cause.code === 'malformed') {
    return new WireFailure('MESSAGE_FORMAT_INVALID', cause.message, { cause });
  }
  return toStoreFailure(cause);
}

function checkSubject(session: DaemonSession, message: Incoming): Checked {
  const { type } = message;
  const [first, stream, rest] = type.split('.');
  const isDurable = first === 'buffer';
  if (isDurable && rest === undefined) {
    throw new WireFailure('MESSAGE_FORMAT_INVALID', 'A durable subject is buffer.<stream>.<rest>.');
  }
  const taskspace = isDurable ? stream : undefined;
  checkTaskspace(session, taskspace);
  // A body that makes no sense must not be kept: it would spoil each replay.
  const payload = isDurable ? message.envelope.payload : undefined;
  return { session, message, payload, taskspace, isDurable };
}

function checkTaskspace(session: DaemonSession, taskspace: string | undefined): void {
  if (taskspace === undefined || session.sees(taskspace)) return;
  throw new WireFailure('AUTHENTICATION_FAILED', `The taskspace ${taskspace.slice(0, 64)} is not this client's.`);
}

function textOf(payload: unknown, name: string): string | undefined {
  const value: unknown = Reflect.get(Object(payload), name);
  return typeof value === 'string' ? value : undefined;
}
