import { createField, type TextField } from '../editing/text-field.ts';
import type { AppState } from '../state/app-state.ts';

/** Where the unsent message to these agents is kept; the quick prompt and the message sheet share it. */
export function messageDraft(agentIds: readonly string[]): string {
  return agentIds.length === 1 ? `message:${agentIds[0] ?? ''}` : 'message:marked';
}

/** The field with what was not sent the last time, and `added` behind it. */
export function draftField({ drafts }: AppState, key: string, added = ''): TextField {
  return createField((drafts.get(key) ?? '') + added, { isMultiline: true });
}
