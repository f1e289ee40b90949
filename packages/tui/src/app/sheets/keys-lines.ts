import type { Command, CommandGroup } from '../commands/command.ts';
import { availability, type CommandRegistry } from '../commands/registry.ts';
import { shortKey } from '../commands/show-key.ts';
import { fitLeft } from '../layout/cells.ts';
import { blank, type Line, span } from '../layout/line.ts';
import { shownState } from '../state/agent-state.ts';
import { type AppState, selectedAgent } from '../state/app-state.ts';
import type { SheetOf } from '../state/sheet.ts';

/** What the keys are drawn from. */
export interface KeysContent {
  readonly sheet: SheetOf<'keys'>;
  readonly state: AppState;
  readonly width: number;
  readonly registry: Pick<CommandRegistry, 'commands'>;
}

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
const KEY = 7;
/** From here on the way back stands in the hints. */
const WIDE = 100;

// What fits the row under the cursor stands first, under a title that says why.
function nowTitle(state: AppState): string {
  const agent = selectedAgent(state);
  if (agent === undefined) return 'Now';
  const { section, word } = shownState(agent);
  if (agent.lifecycle === 'running' && agent.activity.state === 'waiting') return 'Now: it asks you';
  if (section === 'needs-you') return 'Now: it failed';
  return section === 'done' ? 'Now: it is done' : `Now: it is ${word}`;
}

// What is pressed for it from where the person is; a search also finds what is pressed elsewhere.
function pressed({ keys, leaderKeys = [] }: Command, { sheet, state }: KeysContent): string | undefined {
  const [own, other] = sheet.isLeader === true ? [leaderKeys[0], keys[0]] : [keys[0], leaderKeys[0]];
  if (own !== undefined) return shortKey(own);
  if (other === undefined || sheet.search.trim() === '') return undefined;
  return `${sheet.isLeader === true ? '^Q' : (state.workspace.leader ?? '^]')} ${shortKey(other)}`;
}

function isWanted(command: Command, content: KeysContent): boolean {
  const { sheet, state } = content;
  const wanted = sheet.search.trim().toLowerCase();
  if (pressed(command, content) === undefined) return false;
  if (wanted !== '') {
    const { title, hint = '', keys, leaderKeys = [] } = command;
    return `${title} ${hint} ${[...keys, ...leaderKeys].join(' ')}`.toLowerCase().includes(wanted);
  }
  return groupOf(command, state) !== 'now' || sheet.isLeader === true || availability(command, state) !== 'no';
}

function keyCell(command: Command | undefined, content: KeysContent): Line {
  if (command === undefined) return [blank(COLUMN)];
  const key = `${pressed(command, content) ?? ''} `.padEnd(KEY);
  return [span(key, 'key'), span(fitLeft(command.hint ?? command.title, COLUMN - 1 - key.length), 'text'), blank(1)];
}

// What asks only at times stands with the others while it does not: `R` on an agent that is stopped.
function groupOf({ asks, group }: Command, state: AppState): CommandGroup {
  return typeof asks === 'function' && !asks(state) ? 'now' : group;
}

// Groups that do not fit beside each other follow below.
function gridOf(lists: readonly { title: string; list: readonly Command[] }[], content: KeysContent): Line[] {
  const count = Math.max(1, Math.min(5, Math.floor(content.width / COLUMN)));
  const lines: Line[] = [];
  for (let first = 0; first < lists.length; first += count) {
    const part = lists.slice(first, first + count);
    if (first > 0) lines.push([]);
    lines.push([blank(1), ...part.map(({ title }) => span(fitLeft(title, COLUMN), 'strong'))]);
    const height = Math.max(...part.map(({ list }) => list.length));
    for (let row = 0; row < height; row += 1)
      lines.push([blank(1), ...part.flatMap(({ list }) => keyCell(list[row], content))]);
  }
  return lines;
}

/** All lines of the sheet: what fits this row first, and on a narrow screen the way back last. */
export function keysLines(content: KeysContent): readonly Line[] {
  const { sheet, state, registry, width } = content;
  const isPlain = sheet.search.trim() === '' && sheet.isLeader !== true;
  const lists = groups
    .map(({ group, title }) => ({
      title: group === 'now' && sheet.isLeader !== true ? nowTitle(state) : title,
      list: registry.commands.filter((command) => groupOf(command, state) === group && isWanted(command, content)),
    }))
    // While searching, and behind the leader, only groups that hold something.
    .filter(({ list }) => isPlain || list.length > 0);
  if (lists.length === 0) return [[blank(1), span('No key does that. Backspace, or Esc.', 'dim')]];
  const lines = gridOf(lists, content);
  return width >= WIDE || sheet.search !== '' ? lines : [...lines, [], ...narrowWay(state)];
}

/** How to come back from an agent, where the hints have room for it; null elsewhere. */
export function wayBack({ workspace }: AppState, width: number): Line | null {
  const { leader } = workspace;
  if (width < WIDE) return null;
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

function narrowWay({ workspace: { leader } }: AppState): readonly Line[] {
  const back: Line = [span(' Always back: ', 'dim'), span('^Q', 'key'), span(', click the list.', 'dim')];
  if (leader === null) return [back];
  return [[span(' In an agent: ', 'dim'), span(leader, 'key'), span(' then a key.', 'dim')], back];
}
