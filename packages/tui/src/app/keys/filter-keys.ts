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

/** Reads one piece of input for the filter line; arrows move the cursor in the list. */
export function filterKey(event: InputEvent, text: string): FilterKey {
  const type = (next: string): FilterKey => ({ type: 'text', text: next.slice(0, MAX_LENGTH) });
  if (event.type === 'paste') return type(text + cleanText(event.text));
  if (event.type !== 'key') return { type: 'nothing' };
  switch (event.key) {
    case 'Enter':
      return { type: 'keep' };
    case 'Esc':
      return { type: 'cancel' };
    case 'Up':
      return { type: 'move', count: -1 };
    case 'Down':
      return { type: 'move', count: 1 };
    case 'Backspace':
      return text === '' ? { type: 'cancel' } : type(graphemes(text).slice(0, -1).join(''));
    case 'Ctrl+U':
      return type('');
    case 'Ctrl+W':
      return type(text.replace(/\S*\s*$/u, ''));
    default:
      return event.text === '' ? { type: 'nothing' } : type(text + event.text);
  }
}
