/** What went wrong, as a stable string that callers may branch on. */
export type RuntimeErrorCode =
  | 'agent-not-found'
  | 'agent-exists'
  | 'runtime-not-found'
  | 'runtime-exists'
  | 'runtime-invalid'
  | 'engine-unavailable'
  | 'engine-rejected'
  | 'command-not-found'
  | 'directory-not-found'
  | 'permission-denied'
  | 'image-not-found'
  | 'not-ready'
  | 'not-supported'
  | 'tmux-missing'
  | 'tmux-too-old'
  | 'tmux-failed'
  | 'tmux-closed'
  /** It was handed over and not answered: it may be carried out yet. */
  | 'outcome-unknown'
  | 'target-not-found'
  | 'pane-ended'
  | 'worktree-dirty'
  | 'worktree-failed'
  | 'invalid-input'
  | 'timed-out';

/** What goes with a `RuntimeError` beside code and message. */
export interface RuntimeErrorOptions extends ErrorOptions {
  /** What the person can do next: one sentence, best a command. */
  readonly hint?: string | undefined;
}

/** A runtime could not do what was asked. `cause` holds the engine's own error, `hint` says what to do next. */
export class RuntimeError extends Error {
  override readonly name = 'RuntimeError';
  readonly code: RuntimeErrorCode;
  readonly hint: string | undefined;

  constructor(code: RuntimeErrorCode, message: string, { hint, ...options }: RuntimeErrorOptions = {}) {
    super(message, options);
    this.code = code;
    this.hint = hint;
  }
}
