import type { CommandContext } from '../commands/command.ts';
import { createField } from '../editing/text-field.ts';
import { editField } from '../editing/edit-field.ts';
import type { InputEvent } from '../keys/key.ts';
import { type Line, span } from '../layout/line.ts';
import type { SheetOf } from '../state/sheet.ts';
import { hintLine } from './hints.ts';
import { keysLines, wayBack } from './keys-lines.ts';
import { scrolled, scrollKey, sheetRoom } from './scroll.ts';
import type { SheetDefinition } from './sheet-definition.ts';

type KeysSheet = SheetOf<'keys'>;

// Letters are commands of the sheet until `/` is pressed, as in the list.
function afterKey(sheet: KeysSheet, key: string): KeysSheet | null {
  if (key === '/') return { ...sheet, isSearching: true };
  if (key === 'Esc' && sheet.search !== '') return { ...sheet, search: '', scroll: 0 };
  return key === 'Esc' || key === '?' || key === 'q' ? null : sheet;
}

// Enter keeps what was found, Esc shows all again.
function afterSearchKey(sheet: KeysSheet, event: InputEvent): KeysSheet {
  const key = event.type === 'key' ? event.key : '';
  if (key === 'Enter') return { ...sheet, isSearching: false };
  if (key === 'Esc') return { ...sheet, search: '', isSearching: false, scroll: 0 };
  const field = editField(createField(sheet.search), event);
  return field === null ? sheet : { ...sheet, search: field.text, scroll: 0 };
}

/** Keys that scroll also while a search is being written: they write nothing. */
const silent: ReadonlySet<string> = new Set(['Down', 'Up', 'PgDn', 'PgUp']);

function scroll(sheet: KeysSheet, event: InputEvent, { getState, commands }: CommandContext): number | null {
  if (sheet.isSearching === true && event.type === 'key' && !silent.has(event.key)) return null;
  const state = getState();
  const { columns: width } = state.size;
  const { length: count } = keysLines({ sheet, state, width, registry: { commands } });
  return scrollKey(event, sheet.scroll, { count, rows: sheetRoom(state) });
}

function onInput(sheet: KeysSheet, event: InputEvent, context: CommandContext): void {
  const { dispatch } = context;
  const to = scroll(sheet, event, context);
  if (to !== null) return dispatch({ type: 'sheet.update', sheet: { ...sheet, scroll: to } });
  const next =
    sheet.isSearching === true ? afterSearchKey(sheet, event) : afterKey(sheet, event.type === 'key' ? event.key : '');
  if (next === null) return dispatch({ type: 'sheet.close' });
  if (next !== sheet) dispatch({ type: 'sheet.update', sheet: next });
}

function searchNote({ search, isSearching = false }: KeysSheet): string {
  if (isSearching) return `/ ${search}▏`;
  return search === '' ? '/ searches them' : `/ ${search}`;
}

function hintsOf(sheet: KeysSheet, way: Line | null): Line {
  if (sheet.isSearching === true) return hintLine(['Enter', 'keep'], ['Esc', 'show all']);
  return way ?? hintLine(['j k', 'scroll'], ['/', 'search']);
}

/** `?` and leader `?`: the keys of the registry, what fits this row first; `/` searches them. */
export const keysSheet: SheetDefinition<KeysSheet> = {
  content: (sheet, state, { width, rows, registry }) => {
    const { body, note } = scrolled(keysLines({ sheet, state, width, registry }), sheet.scroll, rows);
    const search = searchNote(sheet);
    const hasRoom = width >= 60 && note !== '';
    const title = width < 60 ? 'Leader keys' : `Keys behind the leader ${state.workspace.leader ?? ''}`.trimEnd();
    return {
      title: sheet.isLeader === true ? title : 'Keys',
      // A narrow screen has room for one of them.
      note: hasRoom ? `${note}  ${search}` : note === '' || sheet.isSearching === true ? search : note,
      body,
      hints: hintsOf(sheet, wayBack(state, width)),
      hintNote: sheet.isSearching === true ? [] : [span('Esc', 'key'), span(' close', 'dim')],
    };
  },
  onInput,
};
