import type { CallOptions } from '../call-options.ts';
import { parseRecords, recordFormat } from './format.ts';
import { sessionTarget } from './tmux-target.ts';
import type { TmuxCommand, TmuxOutcome, TmuxTransport } from './tmux-transport.ts';

/** What part of a pane to read, and how. */
export interface CaptureRange {
  /** First line: 0 is the top of the screen, negative lines are scrollback, `'-'` its beginning. @default 0 */
  readonly start?: number | '-' | undefined;
  /** Last line. @default the bottom of the screen */
  readonly end?: number | undefined;
  /** Keep colours and attributes as SGR sequences. @default false */
  readonly colours?: boolean | undefined;
  /** Join lines that the terminal wrapped, and keep trailing spaces. @default false */
  readonly joinWrapped?: boolean | undefined;
}

/** What a pane showed at one moment. */
export interface PaneFrame {
  readonly paneId: string;
  readonly lines: readonly string[];
  readonly cursor: { readonly x: number; readonly y: number; readonly isVisible: boolean };
  readonly columns: number;
  readonly rows: number;
  /** The program uses the alternate screen (editors, full-screen agents). */
  readonly isAlternate: boolean;
  readonly historySize: number;
  /** The program ended and the pane was kept. */
  readonly isDead: boolean;
  /** A person scrolls or selects in the pane (copy mode). */
  readonly isInMode: boolean;
  readonly title: string;
}

const frameVariables = [
  'pane_id',
  'cursor_x',
  'cursor_y',
  'cursor_flag',
  'pane_width',
  'pane_height',
  'alternate_on',
  'history_size',
  'pane_dead',
  'pane_in_mode',
  'pane_title',
] as const;

// only the title can hold anything but digits and a sigil; quoting the rest would take tmux longer than the capture
const frameFormat = frameVariables
  .map((variable) => (variable === 'pane_title' ? recordFormat([variable]) : `#{${variable}} `))
  .join('');

/** From here on one list of all heard panes costs tmux less than a question for each. */
const manyPanes = 20;

/** Reads panes by their tmux targets, in one write. A pane that cannot be read has an error in its place. */
export async function captureFrames(
  transport: TmuxTransport,
  targets: readonly string[],
  options: CaptureRange & CallOptions = {},
): Promise<readonly PromiseSettledResult<PaneFrame>[]> {
  if (transport.session === undefined || targets.length < manyPanes) return captureEach(transport, targets, options);
  const found = await captureHeard(transport, targets, { ...options, session: transport.session });
  // names, and panes that are not listened to
  const left = targets.filter((_target, index) => !found[index]);
  const others = (await captureEach(transport, left, options)).values();
  return found.map((frame) => frame ?? others.next().value ?? nothingSaid);
}

async function captureEach(
  transport: TmuxTransport,
  targets: readonly string[],
  { signal, ...range }: CaptureRange & CallOptions,
): Promise<readonly PromiseSettledResult<PaneFrame>[]> {
  const commands = targets.flatMap((target): TmuxCommand[] => [
    ['display-message', '-p', '-t', target, frameFormat],
    captureCommand(target, range),
  ]);
  const outcomes = await transport.settleAll(commands, { signal });
  return targets.map((_target, index) => {
    const status = outcomes[2 * index];
    const [record] = status?.status === 'fulfilled' ? parseRecords(frameVariables, status.value) : [];
    return toFrame(record, outcomes[2 * index + 1]);
  });
}

/** Undefined for what is not in the hidden session, or not named by its id. */
async function captureHeard(
  transport: TmuxTransport,
  targets: readonly string[],
  { signal, session, ...range }: CaptureRange & CallOptions & { readonly session: string },
): Promise<readonly (PromiseSettledResult<PaneFrame> | undefined)[]> {
  const list = ['list-panes', '-s', '-t', `${sessionTarget(session)}:`, '-F', frameFormat];
  const captures = targets.map((target) => captureCommand(target, range));
  const [heard, ...contents] = await transport.settleAll([list, ...captures], { signal });
  const records = heard?.status === 'fulfilled' ? parseRecords(frameVariables, heard.value) : [];
  const byId = new Map(records.map((record) => [record.pane_id, record]));
  return targets.map((target, index) => {
    const record = byId.get(target);
    return record && toFrame(record, contents[index]);
  });
}

type FrameRecord = Readonly<Record<(typeof frameVariables)[number], string>>;

const nothingSaid = { status: 'rejected', reason: new Error('tmux described no pane') } as const;

/** The `capture-pane` command for a range of a pane. */
export function captureCommand(target: string, { start, end, colours, joinWrapped }: CaptureRange = {}): TmuxCommand {
  return [
    'capture-pane',
    '-p',
    ...(colours ? ['-e'] : []),
    ...(joinWrapped ? ['-J'] : []),
    ...(start === undefined ? [] : ['-S', String(start)]),
    ...(end === undefined ? [] : ['-E', String(end)]),
    '-t',
    target,
  ];
}

function toFrame(record: FrameRecord | undefined, content: TmuxOutcome | undefined): PromiseSettledResult<PaneFrame> {
  if (content?.status !== 'fulfilled') return { status: 'rejected', reason: content?.reason };
  // display-message says nothing of a pane that is gone, and fails not
  if (!record?.pane_id) return nothingSaid;
  return {
    status: 'fulfilled',
    value: {
      paneId: record.pane_id,
      lines: content.value,
      cursor: { x: Number(record.cursor_x), y: Number(record.cursor_y), isVisible: record.cursor_flag === '1' },
      columns: Number(record.pane_width),
      rows: Number(record.pane_height),
      isAlternate: record.alternate_on === '1',
      historySize: Number(record.history_size),
      isDead: record.pane_dead === '1',
      isInMode: Number(record.pane_in_mode) > 0,
      title: record.pane_title,
    },
  };
}
