import type { InputEvent } from '../keys/key.ts';
import { lineEnd, lineMove, lineStart, wordAfter, wordBefore } from './field-moves.ts';
import {
  eraseRange,
  insertPaste,
  insertText,
  moveCursor,
  type TextField,
  unitAfter,
  unitBefore,
} from './text-field.ts';

type Edit = (field: TextField) => TextField | null;

const erase =
  (place: (field: TextField, at: number) => number): Edit =>
  (field) => {
    const other = place(field, field.cursor);
    return eraseRange(field, { start: Math.min(other, field.cursor), end: Math.max(other, field.cursor) });
  };

const move =
  (place: (field: TextField, at: number) => number): Edit =>
  (field) =>
    moveCursor(field, place(field, field.cursor));

const vertical =
  (step: 1 | -1): Edit =>
  (field) => {
    const place = field.isMultiline ? lineMove(field, step) : null;
    return place === null ? null : moveCursor(field, place);
  };

const newLine: Edit = (field) => (field.isMultiline ? insertText(field, '\n') : null);

// What shells and editors have taught everybody. Ctrl+H is what some terminals send for Backspace.
const edits: Readonly<Record<string, Edit>> = {
  Left: move(unitBefore),
  Right: move(unitAfter),
  'Ctrl+B': move(unitBefore),
  'Ctrl+F': move(unitAfter),
  'Ctrl+Left': move(wordBefore),
  'Ctrl+Right': move(wordAfter),
  'Alt+Left': move(wordBefore),
  'Alt+Right': move(wordAfter),
  'Alt+b': move(wordBefore),
  'Alt+f': move(wordAfter),
  Home: move(lineStart),
  End: move(lineEnd),
  'Ctrl+A': move(lineStart),
  'Ctrl+E': move(lineEnd),
  'Ctrl+Home': move(() => 0),
  'Ctrl+End': move(({ text }) => text.length),
  Up: vertical(-1),
  Down: vertical(1),
  Backspace: erase(unitBefore),
  'Ctrl+H': erase(unitBefore),
  Delete: erase(unitAfter),
  'Ctrl+W': erase(wordBefore),
  'Alt+Backspace': erase(wordBefore),
  'Ctrl+Backspace': erase(wordBefore),
  'Alt+d': erase(wordAfter),
  'Ctrl+Delete': erase(wordAfter),
  'Ctrl+U': erase(lineStart),
  'Ctrl+K': erase(lineEnd),
  'Alt+Enter': newLine,
  'Shift+Enter': newLine,
};

/** Whether a key edits text or moves in it. */
export function editsWith(key: string): boolean {
  return Object.hasOwn(edits, key);
}

/** The field after a key or a paste; null when the key means nothing to it and the sheet may use it. */
export function editField(field: TextField, event: InputEvent): TextField | null {
  if (event.type === 'paste') return insertPaste(field, event.text);
  if (event.type !== 'key') return null;
  const edit = edits[event.key];
  if (edit !== undefined) return edit(field);
  return event.text === '' ? null : insertText(field, event.text);
}
