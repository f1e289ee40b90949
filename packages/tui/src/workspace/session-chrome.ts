import type { TmuxCommand } from '@swarm-tui/core';
import type { LeaderEntry } from '../app/workspace-port.ts';
import { toReadableKey } from './key-names.ts';
import { borderFormat, toDrawnText } from './pane-label.ts';
import { uiOptions } from './options.ts';

/** tmux styles for what is drawn around panes. */
export interface ChromeStyles {
  readonly accent: string;
  readonly line: string;
  readonly dim: string;
}

/** Styles of borders and status line while no theme says otherwise. */
export const defaultStyles: ChromeStyles = { accent: 'fg=#8ab4ff', line: 'fg=#4a5162', dim: 'fg=#a3abb9' };

/** What the frame around the panes shows. */
export interface ChromeSpec {
  readonly sessionId: string;
  readonly windowId: string;
  readonly listPaneId: string;
  readonly leader: string | null;
  readonly back: string | null;
  readonly entries: readonly LeaderEntry[];
  readonly styles: ChromeStyles;
}

/** Borders and a status line for as long as there are splits, so that no agent is resized when only the focus moves. */
export function showChrome(spec: ChromeSpec): readonly TmuxCommand[] {
  const { sessionId, windowId, styles } = spec;
  const windowOption = (name: string, value: string): TmuxCommand => ['set-option', '-w', '-t', windowId, name, value];
  const sessionOption = (name: string, value: string): TmuxCommand => ['set-option', '-t', sessionId, name, value];
  return [
    windowOption(uiOptions.window, '1'),
    windowOption('pane-border-format', borderFormat),
    windowOption('pane-border-style', styles.line),
    windowOption('pane-active-border-style', styles.accent),
    windowOption('pane-border-status', 'top'),
    sessionOption('status-style', styles.dim),
    sessionOption('status-interval', '1'),
    sessionOption('status-format[0]', statusFormat(spec)),
    sessionOption('status', 'on'),
  ];
}

/** Takes it all away again: the list is alone and draws its own footer. */
export function hideChrome({
  sessionId,
  windowId,
}: Pick<ChromeSpec, 'sessionId' | 'windowId'>): readonly TmuxCommand[] {
  return [
    ['set-option', '-t', sessionId, 'status', 'off'],
    ['set-option', '-w', '-t', windowId, 'pane-border-status', 'off'],
  ];
}

const shown: readonly (readonly [keys: readonly string[], words: string])[] = [
  [['Left', 'Right', 'Up', 'Down'], 'arrows move'],
  [['|'], '| split'],
  [['-'], '- split down'],
  [['z'], 'z zoom'],
  [['w'], 'w next that waits'],
  [['a'], 'a answer'],
  [['?'], '? keys'],
];

/** screens.md, 3.4, row 24. Only keys that are bound. */
export function statusFormat({
  listPaneId,
  leader,
  back,
  entries,
  styles,
}: Omit<ChromeSpec, 'sessionId' | 'windowId'>): string {
  const bound = new Set(entries.map((entry) => entry.key));
  const name = leader === null ? null : toDrawnText(toReadableKey(leader));
  const hints =
    name === null
      ? []
      : shown.filter(([keys]) => keys.every((key) => bound.has(key))).map(([, words]) => hint(name, words, styles));
  const wayBack =
    back === null
      ? name === null
        ? ''
        : hint(name, 'q back to the list', styles)
      : `#[${styles.accent}]${toReadableKey(back)}#[${styles.dim}] back to the list`;
  const shownBack = escapeForCondition(wayBack);
  const right = `#{?#{==:#{pane_id},${listPaneId}},,#[align=right] ${shownBack} }`;
  return `#{?${uiOptions.notice}, #{${uiOptions.notice}},}${fitting(hints, widthOf(wayBack) + 3)}${right}`;
}

/** Hints as far as there is room beside the way back; none while there is a notice. */
function fitting(hints: readonly string[], reserved: number): string {
  let width = reserved;
  return hints
    .map((text) => {
      width += widthOf(text) + 2;
      return `#{?#{&&:#{==:#{${uiOptions.notice}},},#{e|>=|:#{client_width},${width}}}, ${escapeForCondition(text)} ,}`;
    })
    .join('');
}

/** Cells of a text with tmux styles in it. */
function widthOf(text: string): number {
  return text.replaceAll(/#\[[^\]]*\]/g, '').length;
}

function hint(leader: string, words: string, { accent, dim }: ChromeStyles): string {
  const [key = '', ...rest] = words.split(' ');
  return key.length > 1
    ? `#[${accent}]${leader}#[${dim}] ${words}`
    : `#[${accent}]${leader} ${key}#[${dim}] ${rest.join(' ')}`;
}

/** Inside `#{?…}` a comma or a closing brace would end the branch. */
function escapeForCondition(text: string): string {
  return text.replace(/[,}]/g, '#$&');
}
