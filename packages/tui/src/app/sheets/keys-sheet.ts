import type { Command, CommandContext, CommandGroup } from '../commands/command.ts';
import { availability } from '../commands/registry.ts';
import { shortKey } from '../commands/show-key.ts';
import { createField } from '../editing/text-field.ts';
import { editField } from '../editing/edit-field.ts';
import type { InputEvent, Key } from '../keys/key.ts';
import { fitLeft } from '../layout/cells.ts';
import { blank, type Line, span } from '../layout/line.ts';
import { shownState } from '../state/agent-state.ts';
import { type AppState, selectedAgent } from '../state/app-state.ts';
import type { SheetOf } from '../state/sheet.ts';
import type { SheetDefinition, SheetLook } from './sheet-definition.ts';
import { scrolled } from './text-sheet.ts';

type KeysSheet = SheetOf<'keys'>;

const groups: readonly { readonly group: CommandGroup; readonly title: string }[] = [
  { group: 'now', title: 'Now' },
  { group: 'agents', title: 'Agents' },
  { group: 'find', title: 'Find' },
  { group: 'panes', title: 'Panes' },
  { group: 'careful', title: 'Careful: these ask' },
  { group: 'app', title: 'Program' },
  { group: 'move', title: 'Moving' },
];

const COLUMN = 24;
/** Scrolling never goes further: the whole registry in one column is shorter. */
const MOST_LINES = 200;

// What fits the row under the cursor stands first, under a title that says why.
function nowTitle(state: AppState): string {
  const agent = selectedAgent(state);
  if (agent === undefined) return 'Now';
  const { section, word } = shownState(agent);
  if (agent.lifecycle === 'running' && agent.activity.state === 'waiting') return 'Now: it asks you';
  if (section === 'needs-you') return 'Now: it failed';
  return section === 'done' ? 'Now: it is done' : `Now: it is ${word}`;
}

// What is pressed for it: in the list, or behind the leader.
function keysOf({ keys, leaderKeys = [] }: Command, isLeader: boolean): readonly Key[] {
  return isLeader ? leaderKeys : keys;
}

function keyCell(command: Command | undefined, width: number, isLeader: boolean): Line {
  if (command === undefined) return [blank(width)];
  const text = command.hint ?? command.title;
  return [
    span(fitLeft(shortKey(keysOf(command, isLeader)[0] ?? ''), 7), 'key'),
    span(fitLeft(text, width - 8), 'text'),
    blank(1),
  ];
}

function commandsOf(group: CommandGroup, { sheet, state, look }: KeysContent): readonly Command[] {
  const { search, isLeader = false } = sheet;
  const wanted = search.trim().toLowerCase();
  return look.registry.commands.filter((command) => {
    const { title, hint = '' } = command;
    const keys = keysOf(command, isLeader);
    if (command.group !== group || keys.length === 0) return false;
    if (group === 'now' && wanted === '' && !isLeader && availability(command, state) === 'no') return false;
    return wanted === '' || `${title} ${hint} ${keys.join(' ')}`.toLowerCase().includes(wanted);
  });
}

interface KeysContent {
  readonly sheet: KeysSheet;
  readonly state: AppState;
  readonly look: SheetLook;
}

function rowsOf(content: KeysContent): readonly Line[] {
  const { sheet, look, state } = content;
  const { search, isLeader = false } = sheet;
  const count = Math.max(1, Math.min(5, Math.floor(look.width / COLUMN)));
  const lists = groups
    .map(({ group, title }) => ({
      title: group === 'now' && !isLeader ? nowTitle(state) : title,
      list: commandsOf(group, content),
    }))
    // While searching, and behind the leader, only groups that hold something.
    .filter(({ list }) => (search.trim() === '' && !isLeader) || list.length > 0);
  const lines: Line[] = [];
  // Groups that do not fit beside each other follow below.
  for (let first = 0; first < lists.length; first += count) {
    const part = lists.slice(first, first + count);
    if (first > 0) lines.push([]);
    lines.push([blank(1), ...part.map(({ title }) => span(fitLeft(title, COLUMN), 'strong'))]);
    const height = Math.max(...part.map(({ list }) => list.length));
    for (let row = 0; row < height; row += 1) {
      lines.push([blank(1), ...part.flatMap(({ list }) => keyCell(list[row], COLUMN, isLeader))]);
    }
  }
  return lines.length > 0 ? lines : [[blank(1), span('No key does that. Backspace, or Esc.', 'dim')]];
}

function wayBack({ workspace }: AppState): Line {
  const { leader } = workspace;
  if (leader === null) return [span('Always back: ', 'dim'), span('^Q', 'key'), span(', click the list.', 'dim')];
  return [
    span('In an agent: ', 'dim'),
    span(leader, 'key'),
    span(' then a key, ', 'dim'),
    span(`${leader} ?`, 'key'),
    span(' lists them.  Always back: ', 'dim'),
    span('^Q', 'key'),
    span(', ', 'dim'),
    span(`${leader} q`, 'key'),
    span(', click the list.', 'dim'),
  ];
}

const scrolls: Readonly<Record<string, number>> = { Down: 1, PgDn: 5, Up: -1, PgUp: -5 };

// The sheet after a key; null closes it, the same sheet means that the key does nothing here.
function afterKey(sheet: KeysSheet, key: string): KeysSheet | null {
  if (key === 'Esc') return sheet.search === '' ? null : { ...sheet, search: '', scroll: 0 };
  // The keys of the hints are no part of a search that they begin or end.
  if (key === '?' && sheet.search === '') return null;
  const step = scrolls[key];
  if (step === undefined) return sheet;
  return { ...sheet, scroll: Math.max(0, Math.min(MOST_LINES, sheet.scroll + step)) };
}

function onInput(sheet: KeysSheet, event: InputEvent, { dispatch }: CommandContext): void {
  const key = event.type === 'key' ? event.key : '';
  const next = afterKey(sheet, key);
  if (next === null) return dispatch({ type: 'sheet.close' });
  if (next !== sheet) return dispatch({ type: 'sheet.update', sheet: next });
  const field = key === '/' && sheet.search === '' ? null : editField(createField(sheet.search), event);
  if (field !== null) dispatch({ type: 'sheet.update', sheet: { ...sheet, search: field.text, scroll: 0 } });
}

/** `?`: the keys of the registry, what fits this row first; letters search them. */
export const keysSheet: SheetDefinition<KeysSheet> = {
  content: (sheet, state, look) => {
    const { body, note } = scrolled(rowsOf({ sheet, state, look }), sheet.scroll, look.rows);
    const search = sheet.search === '' ? '/ searches them' : `/ ${sheet.search}`;
    return {
      title: sheet.isLeader === true ? `Keys behind the leader ${state.workspace.leader ?? ''}`.trimEnd() : 'Keys',
      note: note === '' ? search : `${note}  ${search}`,
      body,
      hints: wayBack(state),
      hintNote: [span('Esc', 'key'), span(' close', 'dim')],
    };
  },
  onInput,
};
