import { graphemes } from '../layout/cells.ts';
import { cleanText } from '../layout/clean-text.ts';
import type { InputEvent } from './key.ts';

/** What a key does in the filter line. */
export type FilterKey =
  | { readonly type: 'text'; readonly text: string }
  | { readonly type: 'keep' }
  | { readonly type: 'cancel' }
  | { readonly type: 'move'; readonly count: number }
  | { readonly type: 'nothing' };

const MAX_LENGTH = 200;

const acts: Readonly<Record<string, FilterKey>> = {
  Enter: { type: 'keep' },
  Esc: { type: 'cancel' },
  Up: { type: 'move', count: -1 },
  Down: { type: 'move', count: 1 },
};

const edits: Readonly<Record<string, (text: string) => string>> = {
  Backspace: (text) => graphemes(text).slice(0, -1).join(''),
  'Ctrl+U': () => '',
  'Ctrl+W': (text) => text.replace(/\S*\s*$/u, ''),
};

/** Reads one piece of input for the filter line; arrows move the cursor in the list. */
export function filterKey(event: InputEvent, text: string): FilterKey {
  const type = (next: string): FilterKey => ({ type: 'text', text: next.slice(0, MAX_LENGTH) });
  if (event.type === 'paste') return type(text + cleanText(event.text));
  if (event.type !== 'key') return { type: 'nothing' };
  if (event.key === 'Backspace' && text === '') return { type: 'cancel' };
  const edit = edits[event.key];
  if (edit !== undefined) return type(edit(text));
  return acts[event.key] ?? (event.text === '' ? { type: 'nothing' } : type(text + event.text));
}
