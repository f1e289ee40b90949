import type { CommandContext } from '../commands/command.ts';
import type { Line } from '../layout/line.ts';

/** One answer, as a whole phrase. */
export interface Choice {
  readonly id: string;
  readonly label: string;
  /** What it costs: `nothing is lost`. */
  readonly note: string;
  /** Loses something: shown in red, never preselected. */
  readonly isHarmful?: boolean | undefined;
  /** Letter that takes it at once; for harmless ones only. */
  readonly key?: string | undefined;
  readonly run: (context: CommandContext) => Promise<void>;
}

/** A question with facts and choices; the first choice that is not harmful is preselected. */
export interface Question {
  readonly title: string;
  readonly note: string;
  readonly facts: readonly Line[];
  readonly choices: readonly Choice[];
}
