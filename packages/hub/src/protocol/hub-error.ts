/** What went wrong in the hub or on the way to it, as stable strings that callers may branch on. */
export const hubErrorCodes = [
  'agent-not-found',
  'name-ambiguous',
  'name-taken',
  'not-running',
  'invalid-request',
  'unknown-request',
  'hub-unreachable',
  'hub-start-failed',
  'hub-too-new',
  'hub-already-running',
  'state-locked',
  'state-unwritable',
  'log-damaged',
  'log-failed',
  'log-closed',
  'would-lose-work',
  'not-undoable',
  'timed-out',
  /** A runtime refused; `reason` holds its own code. */
  'runtime-failed',
  'internal',
] as const;
/** Code of a `HubError`. */
export type HubErrorCode = (typeof hubErrorCodes)[number];

/** What goes with a `HubError` beside code and message. */
export interface HubErrorOptions extends ErrorOptions {
  /** What the person can do next. */
  readonly hint?: string | undefined;
  /** A runtime's or ipc's own code, when the failure came from there. */
  readonly reason?: string | undefined;
}

/** The hub could not do what was asked. */
export class HubError extends Error {
  override readonly name = 'HubError';
  readonly code: HubErrorCode;
  readonly hint: string | undefined;
  readonly reason: string | undefined;

  constructor(code: HubErrorCode, message: string, { hint, reason, ...options }: HubErrorOptions = {}) {
    super(message, options);
    this.code = code;
    this.hint = hint;
    this.reason = reason;
  }
}
