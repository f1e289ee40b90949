import { uiOptions } from './options.ts';

/** What the border of a pane says about it. */
export interface PaneLabel {
  readonly name: string;
  /** `codex · ssh/dgx1` */
  readonly detail: string;
  /** `● working` */
  readonly state: string;
  /** tmux style of the state: `fg=#6cc7d9`, empty for none. */
  readonly stateStyle: string;
  /** When the state began, milliseconds since the epoch; null shows no time. */
  readonly since: number | null;
}

/** The pane options that carry a label. Values are drawn, never expanded. */
export function toLabelOptions(label: PaneLabel): readonly (readonly [string, string])[] {
  return [
    [uiOptions.name, toDrawnText(label.name)],
    [uiOptions.detail, toDrawnText(label.detail)],
    [uiOptions.state, toDrawnText(label.state)],
    [
      uiOptions.stateStyle,
      /^(?:fg=#?[a-z0-9]+|bold|dim|default)(?:,(?:bold|dim))?$/u.test(label.stateStyle) ? label.stateStyle : 'default',
    ],
    [uiOptions.since, label.since === null ? '' : String(Math.floor(label.since / 1000))],
  ];
}

/** Text as tmux draws it unchanged: option values are not expanded again, but `#[…]` in them would be a style. */
export function toDrawnText(text: string): string {
  return text
    .replaceAll(/\p{Cc}/gu, ' ')
    .slice(0, 200)
    .replaceAll('#', '##');
}

const elapsed = `#{e|-|:%s,#{${uiOptions.since}}}`;
const within = (limit: number, text: string, otherwise: string) =>
  `#{?#{e|<|:${elapsed},${limit}},${text},${otherwise}}`;
const per = (seconds: number) => `#{e|/|:${elapsed},${seconds}}`;
const since = within(
  60,
  `${elapsed}s`,
  within(3600, `${per(60)}m`, within(86_400, `${per(3600)}h`, `${per(86_400)}d`)),
);

/** Below this many columns the time since is left out. */
const leastForTime = 30;
const isNarrow = `#{e|<|:#{pane_width},${leastForTime}}`;
const less = (a: string, b: string) => `#{e|-|:${a},${b}}`;
/** Cells for the name: without the two that tmux keeps at each end, ` 1 `, blanks around the state, and the state. */
const nameRoom = less(less('#{pane_width}', `#{?${isNarrow},10,14}`), `#{w:${uiOptions.state}}`);
/** Cells for the place: what the name leaves, less two blanks. */
const detailRoom = less(nameRoom, `#{e|+|:#{w:${uiOptions.name}},2}`);
/** The sign of the cut comes on top of the limit, and a limit of 0 is none. */
const cut = (option: string, cells: string) =>
  `#{?#{e|>|:#{w:${option}},${cells}},#{?#{e|<|:${cells},3},#{=|1|…:${option}},#{=|${less(cells, '1')}|…:${option}}},#{${option}}}`;
const detail = `#{?#{e|<|:${detailRoom},4},,  ${cut(uiOptions.detail, detailRoom)}}`;

/**
 * `pane-border-format` of our windows (screens.md, 3.4): tmux itself counts the seconds, so that nobody has to push
 * them. Where it is narrow the place is cut first, then the name, never the state. Panes that are not ours show nothing.
 */
export const borderFormat = [
  `#{?#{==:#{${uiOptions.pane}},list}, swarm ,}`,
  `#{?#{==:#{${uiOptions.pane}},shell}, #{${uiOptions.name}}  shell ,}`,
  `#{?#{==:#{${uiOptions.pane}},agent}, #{${uiOptions.number}} #{?pane_active,#[bold],}${cut(uiOptions.name, nameRoom)}#[nobold]${detail} `,
  `#[align=right#,#{?#{${uiOptions.stateStyle}},#{${uiOptions.stateStyle}},default}] #{${uiOptions.state}} `,
  `#{?#{&&:#{${uiOptions.since}},#{e|>=|:#{pane_width},${leastForTime}}},${since} ,},}`,
].join('');
