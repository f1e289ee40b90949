import { keepColours, sanitizeText } from '@swarm-tui/core';
import type { CliContext } from '../cli-context.ts';

// What moves a cursor, reorders text or takes no cell: in JSON it may stand as an escape just as well.
const unsafeInJson = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]/gu;

/** A text of others as one piece of a line: it can neither begin a line of its own nor act on the terminal. */
export function oneLine(text: string): string {
  return sanitizeText(text, { whitespace: 'space' });
}

/** JSON that says the same, without a character that acts on a terminal. */
export function escapeJson(json: string): string {
  return json.replace(unsafeInJson, (found) =>
    Array.from({ length: found.length }, (_, index) => escapeUnit(found.charCodeAt(index))).join(''),
  );
}

function escapeUnit(unit: number): string {
  return `\\u${unit.toString(16).padStart(4, '0')}`;
}

/**
 * The one place that all output passes: lines stay, colours where they are wanted, and nothing else that a terminal acts on.
 * Bytes pass as they are: they are asked for as such.
 */
export function withSafeOutput(context: CliContext): CliContext {
  return {
    ...context,
    write: (output, options) => context.write(typeof output === 'string' ? safeText(output, options) : output),
    writeError: (text) => context.writeError(safeText(text)),
    drawStatus: (line) => context.drawStatus(oneLine(line)),
    ask: (question) => context.ask(oneLine(question)),
  };
}

function safeText(text: string, { colours = false }: { readonly colours?: boolean | undefined } = {}): string {
  if (!colours) return sanitizeText(text, { whitespace: 'keep' });
  return text.split('\n').map(keepColours).join('\n');
}
