import type { Command, CommandGroup } from '../commands/command.ts';
import { shortKey } from '../commands/show-key.ts';
import { fitLeft } from '../layout/cells.ts';
import { blank, type Line, span } from '../layout/line.ts';
import type { SheetOf } from '../state/sheet.ts';
import type { SheetDefinition, SheetLook } from './sheet-definition.ts';

type KeysSheet = SheetOf<'keys'>;

const columns: readonly { readonly group: CommandGroup; readonly title: string }[] = [
  { group: 'now', title: 'Now' },
  { group: 'agents', title: 'Agents' },
  { group: 'find', title: 'Find' },
  { group: 'panes', title: 'Panes' },
  { group: 'careful', title: 'Careful: these ask' },
];

const COLUMN = 24;

function keyCell(command: Command | undefined, width: number): Line {
  if (command === undefined) return [blank(width)];
  const text = command.hint ?? command.title;
  return [span(fitLeft(shortKey(command.keys[0] ?? ''), 7), 'key'), span(fitLeft(text, width - 7), 'text')];
}

function rowsOf(search: string, { registry, width }: SheetLook): readonly Line[] {
  const wanted = search.toLowerCase();
  const isWanted = ({ keys, title, hint = '' }: Command): boolean =>
    keys.length > 0 && (title.toLowerCase().includes(wanted) || hint.toLowerCase().includes(wanted));
  const count = Math.max(1, Math.min(columns.length, Math.floor((width - 1) / COLUMN)));
  const lists = columns.map(({ group }) =>
    registry.commands.filter((command) => command.group === group && isWanted(command)),
  );
  const lines: Line[] = [];
  // Groups that do not fit beside each other follow below.
  for (let first = 0; first < columns.length; first += count) {
    const part = columns.slice(first, first + count);
    lines.push([blank(1), ...part.map(({ title }) => span(fitLeft(title, COLUMN), 'strong'))]);
    const height = Math.max(...lists.slice(first, first + count).map((list) => list.length));
    for (let row = 0; row < height; row += 1) {
      lines.push([blank(1), ...lists.slice(first, first + count).flatMap((list) => keyCell(list[row], COLUMN))]);
    }
    lines.push([blank(width)]);
  }
  return lines;
}

/** `?`: the keys of the registry, what fits this row first. */
export const keysSheet: SheetDefinition<KeysSheet> = {
  content: (sheet, _state, look) => ({
    title: 'Keys',
    note: sheet.search === '' ? 'type to search them' : `/ ${sheet.search}`,
    body: rowsOf(sheet.search, look).slice(sheet.scroll),
    hints: [span('In an agent: ^] then a key. Always back: ', 'dim'), span('^Q', 'key')],
    hintNote: [span('Esc', 'key'), span(' close', 'dim')],
  }),
  onInput: (sheet, event, { dispatch }) => {
    if (event.type !== 'key') return;
    if (event.key === 'Esc') return dispatch({ type: 'sheet.close' });
    const update = (patch: Partial<KeysSheet>): void =>
      dispatch({ type: 'sheet.update', sheet: { ...sheet, ...patch } });
    if (event.key === 'Down' || event.key === 'PgDn') return update({ scroll: sheet.scroll + 1 });
    if (event.key === 'Up' || event.key === 'PgUp') return update({ scroll: Math.max(0, sheet.scroll - 1) });
    if (event.key === 'Backspace') return update({ search: sheet.search.slice(0, -1), scroll: 0 });
    if (event.text !== '') update({ search: sheet.search + event.text, scroll: 0 });
  },
};
