import type { QueuedMessage } from '@swarm-tui/hub/client';
import { fieldLines, windowOf } from '../editing/field-lines.ts';
import { cut, fitLeft, fitRight } from '../layout/cells.ts';
import { cleanText } from '../layout/clean-text.ts';
import { blank, fitLine, type Line, span } from '../layout/line.ts';
import type { AppState } from '../state/app-state.ts';
import type { SheetOf } from '../state/sheet.ts';
import { formatClock } from '../theme/format.ts';
import type { GlyphSet } from '../theme/glyphs.ts';
import { messageNote } from './send-message.ts';
import type { SheetLook } from './sheet-definition.ts';

type MessageSheet = SheetOf<'message'>;

const STATE = 9;
const NOTE = 26;
const NUMBER = 3;

/** The queue as it is shown: what waits in its order, then what was delivered, newest first. */
export function shownQueue({ queue }: MessageSheet): readonly QueuedMessage[] {
  const isOver = ({ state }: QueuedMessage): boolean => state === 'accepted' || state === 'cancelled';
  const all = queue ?? [];
  return [...all.filter((message) => !isOver(message)), ...all.filter(isOver).reverse()];
}

function noteOf(message: QueuedMessage, index: number, now: number): string {
  if (message.state === 'accepted') return `${formatClock(message.at, now)}, it answered`;
  return message.state === 'queued' && index > 0 ? 'after the one above' : messageNote(message);
}

function queueLine(
  message: QueuedMessage,
  index: number,
  look: { width: number; glyphs: GlyphSet; now: number; isSelected: boolean },
): Line {
  const { width, glyphs, now, isSelected } = look;
  const room = Math.max(8, width - 2 - STATE - 1 - NOTE - NUMBER - 1);
  const mark = { mark: glyphs.cut };
  const text = `"${cut(cleanText(message.text.slice(0, 2000)), Math.max(4, room - 3), mark)}"`;
  const token = message.state === 'uncertain' ? 'danger' : 'dim';
  return fitLine(
    [
      span(isSelected ? `${glyphs.of.bar} ` : '  ', 'accent'),
      span(fitLeft(message.state, STATE), token),
      span(fitLeft(text, room + 1), message.state === 'accepted' ? 'dim' : 'text'),
      span(fitLeft(noteOf(message, index, now), NOTE, mark), token),
      span(fitRight(String(index + 1), NUMBER), 'dim'),
    ],
    width,
  );
}

function queueRule(count: number, { width, glyphs }: SheetLook): Line {
  const { rule } = glyphs.of;
  const title = ` Queue  ${count} `;
  return fitLine(
    [
      span(rule.repeat(2), 'line'),
      span(title, 'strong'),
      span(rule.repeat(Math.max(0, width - 2 - title.length)), 'line'),
    ],
    width,
  );
}

function textLines(sheet: MessageSheet, rows: number, { width, glyphs }: SheetLook): readonly Line[] {
  const isFocused = sheet.focus === 'text';
  const lines = windowOf(fieldLines(sheet.field, { width: width - 4, glyphs, isFocused }), Math.max(1, rows));
  return lines.map((line, index) => [span(index === 0 ? ` ${glyphs.of.prompt} ` : '   ', 'accent'), ...line]);
}

/** The body of the message sheet: the text, the queue below it, and what it waits for. */
export function messageBody(sheet: MessageSheet, state: AppState, look: SheetLook & { wait: string }): readonly Line[] {
  const { width, rows, glyphs, wait } = look;
  const queue = shownQueue(sheet);
  const below = wait === '' ? 0 : 2;
  const queueRows = queue.length === 0 ? 0 : Math.min(queue.length, Math.max(1, Math.floor(rows / 3))) + 1;
  const text = [...textLines(sheet, rows - queueRows - below, look)];
  while (text.length < rows - queueRows - below) text.push([blank(width)]);
  const first = Math.max(0, Math.min(sheet.row - queueRows + 2, queue.length - queueRows + 1));
  const shown = queue.slice(first, first + Math.max(0, queueRows - 1));
  const queueLines = shown.map((message, index) =>
    queueLine(message, first + index, {
      width,
      glyphs,
      now: state.now,
      isSelected: sheet.focus === 'queue' && first + index === sheet.row,
    }),
  );
  return [
    ...text,
    ...(queueRows === 0 ? [] : [queueRule(queue.length, look), ...queueLines]),
    ...(wait === '' ? [] : [[blank(width)], [blank(1), span(wait, 'dim')]]),
  ];
}
