/** One log line: `event` names what happened, the rest says to what. Holds no agent output and no secrets. */
export interface LogLine {
  readonly event: string;
  readonly [field: string]: unknown;
}

/** Where log lines go. Silent unless one is passed in. */
export interface Logger {
  debug(line: LogLine): void;
  info(line: LogLine): void;
  warn(line: LogLine): void;
  error(line: LogLine): void;
}

const ignore = (): void => undefined;

/** Drops everything. */
export const silentLogger: Logger = { debug: ignore, info: ignore, warn: ignore, error: ignore };
