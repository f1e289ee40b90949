import { IpcError } from '../errors.ts';
import type { Envelope, ResponsePayload } from './envelope.ts';

export interface WireError {
  readonly id: string;
  readonly code: string;
  readonly message: string;
  readonly originalId?: string | undefined;
  readonly retryAfterMs?: number | undefined;
}

/** An `error` message: for what cannot be answered as a response. */
export function toErrorEnvelope({ id, code, message, originalId, retryAfterMs }: WireError): Envelope {
  const payload = {
    error_code: code,
    error_message: message,
    original_message_id: originalId ?? null,
    ...(retryAfterMs === undefined ? {} : { retry_after: retryAfterMs }),
  };
  return { type: 'error', id, payload };
}

/** What a handler threw, as the payload of a response: `code`, `message`, `hint` and `reason`, never a stack. */
export function toFailedResponse(thrown: unknown): ResponsePayload {
  const message = thrown instanceof Error ? thrown.message : String(thrown);
  const data = {
    error_code: codeOf(thrown),
    ...textField(thrown, 'hint'),
    ...textField(thrown, 'reason'),
  };
  return { status: 'error', error: message, data };
}

function codeOf(thrown: unknown): string {
  const { code } = textField(thrown, 'code');
  if (code !== undefined) return code;
  if (!(thrown instanceof Error)) return 'internal';
  if (thrown.name === 'AbortError') return 'cancelled';
  return thrown.name === 'TimeoutError' ? 'timed-out' : 'internal';
}

function textField(thrown: unknown, name: string): Readonly<Record<string, string>> {
  if (typeof thrown !== 'object' || thrown === null) return {};
  const value: unknown = Reflect.get(thrown, name);
  return typeof value === 'string' ? { [name]: value } : {};
}

/** The other direction: the error that the caller of `type` gets for a failed response. */
export function toRefusal(type: string, payload: ResponsePayload): IpcError {
  const { code, hint, reason } = readErrorData(payload.data);
  const retryAfterMs = readRetryAfter(payload.data);
  const message = payload.error ?? `The server refused ${type}.`;
  return new IpcError('refused', message, { hint, remote: { code, hint, reason, retryAfterMs } });
}

function readRetryAfter(data: unknown): number | undefined {
  const value: unknown = Reflect.get(Object(data), 'retry_after');
  return typeof value === 'number' && value >= 0 ? value : undefined;
}

function readErrorData(data: unknown): { code: string; hint: string | undefined; reason: string | undefined } {
  const { error_code } = textField(data, 'error_code');
  return {
    code: error_code ?? 'internal',
    hint: textField(data, 'hint').hint,
    reason: textField(data, 'reason').reason,
  };
}
