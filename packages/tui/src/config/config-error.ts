/** The configuration could not be used. The message names the file and the line. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
  readonly code: 'config-unreadable' | 'config-invalid';
  readonly hint: string | undefined;

  constructor(code: ConfigError['code'], message: string, { hint, ...options }: ErrorOptions & { hint?: string } = {}) {
    super(message, options);
    this.code = code;
    this.hint = hint;
  }
}
