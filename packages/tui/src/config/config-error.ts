/** What more a `ConfigError` may say. */
interface ConfigErrorOptions extends ErrorOptions {
  readonly hint?: string | undefined;
  readonly excerpt?: string | undefined;
  readonly mistakes?: readonly string[] | undefined;
}

/** The configuration could not be used. The message names the file and the line. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
  readonly code: 'config-unreadable' | 'config-invalid';
  readonly hint: string | undefined;
  /** The line of the file that is wrong, and a caret below the place. */
  readonly excerpt: string | undefined;
  /** All that is wrong, a sentence each, in the order of the file. */
  readonly mistakes: readonly string[];

  constructor(
    code: ConfigError['code'],
    message: string,
    { hint, excerpt, mistakes, ...options }: ConfigErrorOptions = {},
  ) {
    super(message, options);
    this.code = code;
    this.hint = hint;
    this.excerpt = excerpt;
    this.mistakes = mistakes ?? [message];
  }
}
