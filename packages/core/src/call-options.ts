/** Last parameter of every call that waits. */
export interface CallOptions {
  /** Ends the call early; it then rejects with `signal.reason`. */
  readonly signal?: AbortSignal | undefined;
}
