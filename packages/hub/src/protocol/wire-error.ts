import * as z from 'zod';
import { HubError, type HubErrorCode, hubErrorCodes } from './hub-error.ts';

/** An error as it crosses a socket: no stack, no cause. */
export const WireError = z.object({
  code: z.string(),
  message: z.string(),
  hint: z.string().optional(),
  reason: z.string().optional(),
});
export type WireError = z.infer<typeof WireError>;

/** Makes a `HubError` of anything: codes that are not the hub's own (a runtime's) become `runtime-failed` with `reason`. */
export function toHubError(error: unknown): HubError {
  if (error instanceof HubError) return error;
  const parsed = WireError.safeParse(error);
  if (!parsed.success) {
    const message = error instanceof Error ? error.message : String(error);
    return new HubError('internal', message, { cause: error });
  }
  const { code, message, hint, reason } = parsed.data;
  if (isHubErrorCode(code)) return new HubError(code, message, { hint, reason, cause: error });
  return new HubError('runtime-failed', message, { hint, reason: reason ?? code, cause: error });
}

/** The part of an error that a client may see. */
export function toWireError(error: unknown): WireError {
  const { code, message, hint, reason } = toHubError(error);
  return { code, message, ...(hint === undefined ? {} : { hint }), ...(reason === undefined ? {} : { reason }) };
}

function isHubErrorCode(code: string): code is HubErrorCode {
  return hubErrorCodes.some((known) => known === code);
}
