/** Why the UI, or a program that it needs, could not start, as a stable string. */
export type LaunchErrorCode = 'tmux-missing' | 'tmux-too-old' | 'tmux-failed' | 'terminal-unknown' | 'editor-failed';

/** The UI, or a program that it needs, could not be started. `message` is one line that says what to do. */
export class LaunchError extends Error {
  override readonly name = 'LaunchError';
  readonly code: LaunchErrorCode;

  constructor(code: LaunchErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}
