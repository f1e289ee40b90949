import type { AgentConfig } from '../agent/agent-config.ts';
import type { ActivityRule } from '../state/activity-rule.ts';

/** What to run for an agent, decided by its provider. */
export interface LaunchPlan {
  /** Program and arguments; never holds a secret. */
  readonly command: readonly string[];
  /** Added to the agent's environment. */
  readonly env: Readonly<Record<string, string>>;
  /** How the task reaches the agent: already in `command`, typed once it is ready, or there is none. */
  readonly prompt: 'argument' | 'typed' | 'none';
  /** Conversation id minted for this run, when the provider lets us choose it. */
  readonly conversationId: string | null;
}

/** How a provider's program was found on this machine. */
export interface ProviderPresence {
  readonly provider: string;
  /** Absolute path of the program, or null when it is not on PATH. */
  readonly path: string | null;
}

/** A coding agent as data plus small functions. Plug-ins and config files make more of them. */
export interface Provider {
  /** Short lower-case id: `claude`, `codex` … */
  readonly id: string;
  readonly title: string;
  /** Program to look for on PATH; null when it is built in. */
  readonly program: string | null;
  /** What to tell a person who does not have it. */
  readonly installHint: string;
  launch(config: AgentConfig): LaunchPlan;
  /** Goes on with the conversation that it is given. @default false */
  readonly canResume?: boolean | undefined;
  /** Goes on with the latest conversation of the directory, when none is given. @default false */
  readonly canContinue?: boolean | undefined;
  /** Rules that read the live bottom region of the screen, the title and OSC notices. Data, apart from code. */
  readonly rules: readonly ActivityRule[];
  /** Programs in the foreground that mean "at rest" (a shell's own name), when that tells anything. */
  readonly restingPrograms?: readonly string[] | undefined;
  /** Whether the last line of raw output is worth showing; false for programs that paint the whole screen. */
  readonly isLineOriented: boolean;
  /** Keys that interrupt the current turn. @default ['Escape'] */
  readonly interruptKeys: readonly string[];
  /**
   * Pattern of what stands left of the cursor while its input is empty and it rests, without trailing blanks. By this a
   * half-typed draft is known, which no message may be typed behind.
   */
  readonly emptyInput?: string | undefined;
}
