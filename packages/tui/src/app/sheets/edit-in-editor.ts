import type { CommandContext } from '../commands/command.ts';
import { createField, type TextField } from '../editing/text-field.ts';

/** The field after the person's own editor had it; null when nothing was saved. */
export async function editInEditor({ services }: CommandContext, field: TextField): Promise<TextField | null> {
  const text = await services.edit(field.text);
  return text === null ? null : createField(text.replace(/\n+$/u, ''), { isMultiline: field.isMultiline });
}
