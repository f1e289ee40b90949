import { HubError } from '@swarm-tui/hub/client';
import type { CliContext } from './cli-context.ts';
import { exitCodes } from './exit-codes.ts';
import { oneLine } from './output/safe-output.ts';

/** What went wrong on the command line, as a stable string. */
export type CliErrorCode = 'wrong-usage' | 'no-such-agent' | 'ambiguous-agent' | 'refused' | 'failed' | 'timed-out';

/** The command line could not do what was asked. `hint` says what to do next. */
export class CliError extends Error {
  override readonly name = 'CliError';
  readonly code: CliErrorCode;
  readonly hint: string | undefined;

  constructor(code: CliErrorCode, message: string, { hint, ...options }: ErrorOptions & { hint?: string } = {}) {
    super(message, options);
    this.code = code;
    this.hint = hint;
  }
}

const cliExits: Readonly<Record<CliErrorCode, number>> = {
  'wrong-usage': exitCodes.wrongUsage,
  'no-such-agent': exitCodes.noSuchAgent,
  'ambiguous-agent': exitCodes.wrongUsage,
  refused: exitCodes.failed,
  failed: exitCodes.failed,
  'timed-out': exitCodes.timedOut,
};

const hubExits: Readonly<Record<string, number>> = {
  'agent-not-found': exitCodes.noSuchAgent,
  'name-ambiguous': exitCodes.wrongUsage,
  'invalid-request': exitCodes.wrongUsage,
  'hub-unreachable': exitCodes.noHub,
  'hub-start-failed': exitCodes.noHub,
  'hub-too-new': exitCodes.noHub,
  'timed-out': exitCodes.timedOut,
};

const ipcExits: Readonly<Record<string, number>> = {
  'server-unreachable': exitCodes.noHub,
  'not-connected': exitCodes.noHub,
  'timed-out': exitCodes.timedOut,
  'reserved-subject': exitCodes.wrongUsage,
  MESSAGE_FORMAT_INVALID: exitCodes.wrongUsage,
};

/** The exit code that belongs to an error. */
export function toExitCode(error: unknown): number {
  if (error instanceof CliError) return cliExits[error.code];
  if (error instanceof Error && error.name === 'ConfigError') return exitCodes.wrongUsage;
  if (isIpcError(error)) return ipcExits[error.remote?.code ?? error.code] ?? exitCodes.failed;
  if (error instanceof Error && error.name === 'TimeoutError') return exitCodes.timedOut;
  if (error instanceof HubError) return hubExits[error.code] ?? exitCodes.failed;
  return exitCodes.failed;
}

/** An error in one or two lines for a person: what happened, then what to do. */
export function describeError(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const hint = 'hint' in error && typeof error.hint === 'string' ? `\n${error.hint}` : '';
  return `${oneLine(error.message)}${hint}`;
}

/** An error for `--json`: `{error: {code, message, hint}}`. */
export function describeErrorAsJson(error: unknown, { asCalled }: Pick<CliContext, 'asCalled'>): object {
  const code = error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : 'failed';
  const hint =
    error instanceof Error && 'hint' in error && typeof error.hint === 'string' ? asCalled(error.hint) : null;
  return { code, message: error instanceof Error ? error.message : String(error), hint };
}

/** By name: the commands of the bus are bundled by themselves, with a class of their own. */
function isIpcError(error: unknown): error is Error & { code: string; remote?: { readonly code: string } } {
  return error instanceof Error && ['IpcError', 'WireFailure'].includes(error.name) && 'code' in error;
}
