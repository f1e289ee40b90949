import { IpcError } from '../errors.ts';
import { WireFailure } from '../protocol/wire-codes.ts';

/** What the store could not do, as its clients are told. */
export function toStoreFailure(cause: unknown): WireFailure {
  if (cause instanceof WireFailure) return cause;
  const message = cause instanceof Error ? cause.message : String(cause);
  switch (cause instanceof IpcError ? cause.code : undefined) {
    case 'store-full':
      return new WireFailure('STORE_FULL', message, { cause });
    case 'store-busy':
      return new WireFailure('RATE_LIMIT_EXCEEDED', message, { cause, retryAfterMs: 100 });
    case 'closed':
      return new WireFailure('SHUTTING_DOWN', message, { cause });
    case 'too-large':
    case 'malformed':
    case 'consumer-unknown':
      return new WireFailure('MESSAGE_FORMAT_INVALID', message, { cause });
    default:
      return new WireFailure('STORE_FAILED', message, { cause });
  }
}
