/** `error_code` of answers and errors: the six of symposium-ipc, section 2.2, then ours; each with what to do about it. */
export const wireCodes = {
  TASKSPACE_NOT_FOUND: 'There is no such taskspace: look at the list, or spawn it first.',
  INSUFFICIENT_RESOURCES: 'The machine has no room for it: end something else, or ask for less.',
  NETWORK_PORT_UNAVAILABLE: 'A port that is needed is taken: free it, or choose another one.',
  AUTHENTICATION_FAILED: 'The credential is not valid, or does not allow this: use another one.',
  MESSAGE_FORMAT_INVALID:
    'The message is malformed, lacks something, or has an unknown type: see docs/protocols/ipc-messages.md.',
  RATE_LIMIT_EXCEEDED: 'This client asks too much at a time: wait for `retry_after` milliseconds.',
  NO_RESPONDERS: 'Nobody who answers this subject is connected now: start one, or try again later.',
  CLIENT_NOT_FOUND: 'No client of this id is connected: `client_list` has those that are.',
  STORE_FULL: 'The disk or the quota of the messages is full: free some room, then send again.',
  STORE_FAILED:
    'The message could not be written to disk and is not kept: look at the log of the daemon, then send again.',
  TIMED_OUT: 'Nobody answered in time: it may be done all the same; look before you repeat it.',
  CANCELLED: 'The request was cancelled by who sent it.',
  SHUTTING_DOWN: 'The daemon is ending: connect again in a moment.',
  LIMIT_EXCEEDED: 'There are as many clients or subscriptions as are allowed: close some.',
} as const;

/** Stable name of what the daemon could not do. */
export type WireCode = keyof typeof wireCodes;

export interface WireFailureOptions extends ErrorOptions {
  /** @default the entry of `wireCodes` */
  readonly hint?: string | undefined;
  readonly retryAfterMs?: number | undefined;
}

/** A refusal that travels: thrown where a message is handled, answered with its `code`, `message` and `hint`. */
export class WireFailure extends Error {
  override readonly name = 'WireFailure';
  readonly code: WireCode;
  readonly hint: string;
  readonly retryAfterMs: number | undefined;

  constructor(code: WireCode, message: string, { hint, retryAfterMs, ...options }: WireFailureOptions = {}) {
    super(message, options);
    this.code = code;
    this.hint = hint ?? wireCodes[code];
    this.retryAfterMs = retryAfterMs;
  }
}
