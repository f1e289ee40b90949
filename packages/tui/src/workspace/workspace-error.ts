/** Why a pane could not be opened or changed, as a stable string. */
export type WorkspaceErrorCode = 'not-ready' | 'no-pane' | 'not-ours' | 'not-supported' | 'no-room';

/** The workspace could not do what was asked. `message` and `hint` are fit to be shown. */
export class WorkspaceError extends Error {
  override readonly name = 'WorkspaceError';
  readonly code: WorkspaceErrorCode;
  readonly hint: string | undefined;
  /** Nothing is broken: it is told like news, and goes by itself. */
  readonly isRefusal = true;

  constructor(code: WorkspaceErrorCode, message: string, hint?: string) {
    super(message);
    this.code = code;
    this.hint = hint;
  }
}
