import { JetStreamApiError } from '@nats-io/jetstream';
import { errors } from '@nats-io/transport-node';
import { IpcError } from '../../errors.ts';

/** `JSInsufficientResources`, `JSMemoryResourcesExceeded`, `JSStorageResourcesExceeded`, `JSStreamStoreFailed` of nats-server. */
const fullCodes = new Set([10023, 10028, 10047, 10077]);

/** What JetStream said no to; undefined for what may go well when it is tried again. */
export function toStoreFailure(cause: unknown, what: string): IpcError | undefined {
  if (cause instanceof JetStreamApiError) {
    const isFull = fullCodes.has(cause.code);
    if (cause.status === 503 && !isFull) return undefined;
    const code = isFull ? 'store-full' : 'store-failed';
    const hint = 'Look at the disk and the JetStream limits of nats-server, and at the streams of this namespace.';
    return new IpcError(code, `JetStream refused ${what}: ${cause.message}.`, { cause, hint });
  }
  const denied = cause instanceof Error && cause.cause instanceof errors.PermissionViolationError ? cause.cause : cause;
  if (denied instanceof errors.PermissionViolationError) {
    const hint = 'Give the user of this bus the subjects of its namespace, and $JS.API.';
    return new IpcError('access-denied', `NATS does not allow ${what}: ${denied.message}.`, { cause, hint });
  }
  return undefined;
}
