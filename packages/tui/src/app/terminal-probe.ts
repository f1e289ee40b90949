import type { InputEvent } from './keys/key.ts';
import { detectLooks, isWideLocale, type LookConfig, type Looks } from './theme/detect.ts';
import { unicodeGlyphs } from './theme/glyphs.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/** What is known about the terminal so far, beside config and environment. */
export interface TerminalAnswers {
  readonly isDark?: boolean | undefined;
  /** Cells that a glyph of ambiguous width takes here. */
  readonly glyphCells?: number | undefined;
}

/**
 * Questions to the terminal, sent after the first frame: its background (OSC 11) and, where an East Asian locale makes
 * it doubtful, how wide our glyphs are: one is printed in the blank first cell and the cursor asked for (DSR 6).
 */
export function probeSequence(config: LookConfig, env: Environment): string {
  if (env['TERM'] === 'dumb') return '';
  const background = (config.theme ?? 'auto') === 'auto' ? '\u001b]11;?\u0007' : '';
  const isDoubtful = (config.glyphs ?? 'auto') === 'auto' && isWideLocale(env);
  const width = isDoubtful ? `\u001b7\u001b[1;1H${unicodeGlyphs.of['needs-you']}\u001b[6n\u001b[1;1H \u001b8` : '';
  return background + width;
}

/** What the terminal has told, with one more answer; the same object when the event is none. */
export function takeAnswer(answers: TerminalAnswers, event: InputEvent): TerminalAnswers {
  if (event.type === 'background') return { ...answers, isDark: event.isDark };
  if (event.type === 'cursor-position') return { ...answers, glyphCells: event.column - 1 };
  return answers;
}

/** The looks for what is known: config first, then answers, then the environment. */
export function looksFor(config: LookConfig, env: Environment, { isDark, glyphCells }: TerminalAnswers): Looks {
  const { theme = 'auto', glyphs = 'auto' } = config;
  const answered = isDark === undefined ? 'auto' : isDark ? 'dark' : 'light';
  const measured = glyphCells === undefined ? 'auto' : glyphCells === 1 ? 'unicode' : 'ascii';
  return detectLooks(
    { ...config, theme: theme === 'auto' ? answered : theme, glyphs: glyphs === 'auto' ? measured : glyphs },
    env,
  );
}
