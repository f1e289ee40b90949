import type { CommandContext } from '../commands/command.ts';
import type { CommandRegistry } from '../commands/registry.ts';
import type { InputEvent } from '../keys/key.ts';
import type { Line } from '../layout/line.ts';
import type { AppState } from '../state/app-state.ts';
import type { Sheet, SheetKind, SheetOf } from '../state/sheet.ts';
import type { GlyphSet } from '../theme/glyphs.ts';

/** What a sheet draws from. */
export interface SheetLook {
  readonly width: number;
  /** Lines for the body: without rule and hints. */
  readonly rows: number;
  readonly glyphs: GlyphSet;
  readonly registry: CommandRegistry;
}

/** A sheet as lines: the frame adds the rule above, fills up, and puts the hints last. */
export interface SheetContent {
  /** Empty: a fragment without a rule above it. */
  readonly title: string;
  /** At the right end of the rule: `1 of 8`, `undo with u for 30s`. */
  readonly note: string;
  readonly body: readonly Line[];
  readonly hints: Line;
  /** At the right of the hints. */
  readonly hintNote?: Line | undefined;
}

/** How one kind of sheet looks and what a key does in it. Pure but for `onInput`, which dispatches and asks the hub. */
export interface SheetDefinition<S extends Sheet> {
  readonly content: (sheet: S, state: AppState, look: SheetLook) => SheetContent;
  /** Gets every key, paste and click while the sheet is open; Esc included. */
  readonly onInput: (sheet: S, event: InputEvent, context: CommandContext) => void | Promise<void>;
}

/** One definition per kind: the compiler asks for a new one with each new kind. */
export type SheetDefinitions = { readonly [K in SheetKind]: SheetDefinition<SheetOf<K>> };
