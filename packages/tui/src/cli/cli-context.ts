import type { HubConnection } from '@swarm-tui/hub/client';
import type { Check } from '../doctor/finding.ts';

/** All that the command line touches outside itself. Tests pass their own. */
export interface CliContext {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly directory: string;
  /** Whether stdout is a terminal, and how wide it is. */
  readonly isTerminal: boolean;
  readonly columns: number;
  /** Whether stderr is one: what goes on is then shown there. */
  readonly isErrorTerminal: boolean;
  readonly version: string;
  now(): number;
  /**
   * Text or bytes to stdout. Rejects, or ends the program, when the reader has gone (`| head`). Of what a text holds
   * only lines reach the terminal, and colours with `colours`; bytes go out as they are.
   */
  write(output: string | Uint8Array, options?: { readonly colours?: boolean | undefined }): Promise<void>;
  writeError(text: string): void;
  /** Draws a line of stderr anew, in place of what stands there; an empty one clears it. */
  drawStatus(line: string): void;
  /** All of stdin, at most 1,500,000 bytes. */
  readInput(): Promise<string>;
  /** One line from stdin, a terminal or not, without its line end; null when it ended without one. */
  ask(question: string): Promise<string | null>;
  /** The text with every `swarm-tui COMMAND` as it must be typed, however this program was started. */
  asCalled(text: string): string;
  /** How the UI is opened: `swarm-tui` or `npm start`. */
  readonly uiCommand: string;
  /** Connects to the hub; starts one unless `mayStart` is false. */
  connect(options: { readonly mayStart: boolean }): Promise<HubConnection>;
  /** Runs a program in this terminal to its end and gives its exit code. */
  runInTerminal(argv: readonly string[]): Promise<number>;
  /** Ids of the coding agents that can be started, the person's own included. */
  listProviders(): Promise<readonly string[]>;
  /** What `doctor` checks. */
  loadChecks(): Promise<readonly Check[]>;
  /** Ends when the person presses Ctrl+C. */
  readonly signal: AbortSignal;
}
