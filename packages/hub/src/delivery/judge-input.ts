import { leftOfCursor, type Screen } from './echo.ts';

/** The line of an agent's cursor while its input was empty. */
export interface EmptyInput {
  readonly left: string;
  readonly whole: string;
}

/** What is known of an agent's input beside its screen. */
export interface InputKnowledge {
  /** How it looked when it was empty; null when nobody has seen it so. */
  readonly empty: EmptyInput | null;
  /** Pattern of an empty one, from the agent's provider. */
  readonly pattern: string | undefined;
  /** Keys were pressed through the hub that nothing has submitted or cleared. */
  readonly hasKeys: boolean;
  /** The agent does nothing, so that its cursor stands in its input. */
  readonly isResting: boolean;
}

/** How a screen looks whose input is empty; null where the cursor is hidden, so that it says nothing. */
export function toEmptyInput(screen: Screen): EmptyInput | null {
  if (!screen.cursor.isVisible) return null;
  return { left: leftOfCursor(screen).trimEnd(), whole: (screen.lines[screen.cursor.y] ?? '').trimEnd() };
}

/** Whether something stands in the input that nobody has submitted. In doubt, what was typed last decides. Pure. */
export function hasDraft(screen: Screen | null, known: InputKnowledge): boolean {
  const line = screen === null ? null : toEmptyInput(screen);
  if (line === null) return known.hasKeys;
  const { empty, pattern, hasKeys, isResting } = known;
  if (empty !== null && line.left === empty.left) return line.whole !== empty.whole && hasKeys;
  if (empty !== null && empty.left !== '' && line.left.startsWith(empty.left)) return true;
  if (pattern === undefined) return hasKeys;
  return !isLikeEmpty(line, pattern) && (hasKeys || isResting);
}

/** Whether a line looks like the provider's empty input; where the provider says nothing, every line may be one. */
export function isLikeEmpty({ left }: EmptyInput, pattern: string | undefined): boolean {
  return pattern === undefined || new RegExp(pattern, 'u').test(left);
}
