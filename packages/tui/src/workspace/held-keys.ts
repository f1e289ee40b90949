import type { TmuxCommand } from '@swarm-tui/core';
import type { InputEvent } from '../app/keys/key.ts';
import { toTmuxKey } from './key-names.ts';

/** Input that means the same in any program. */
export type HeldInput = Extract<InputEvent, { readonly type: 'key' | 'paste' }>;

const pieceLength = 4096;
const buffer = 'swarm-held';

/** Types input into a pane, in its order. tmux encodes each key as the program in that pane wants it. */
export function typeCommands(paneId: string, events: readonly HeldInput[]): readonly TmuxCommand[] {
  return joinTexts(events).flatMap((event) => {
    if (event.type === 'paste') return pasteCommands(paneId, event.text);
    if (event.text === '') return [['send-keys', '-t', paneId, '--', toTmuxKey(event.key)]];
    return [['send-keys', '-t', paneId, '-l', '--', event.text]];
  });
}

/** Neighbouring characters as one text. */
function joinTexts(events: readonly HeldInput[]): readonly HeldInput[] {
  const joined: HeldInput[] = [];
  for (const event of events) {
    const last = joined.at(-1);
    const isText = event.type === 'key' && event.text !== '';
    if (isText && last?.type === 'key' && last.text !== '' && last.text.length < pieceLength)
      joined[joined.length - 1] = { ...last, text: last.text + event.text };
    else joined.push(event);
  }
  return joined;
}

function pasteCommands(paneId: string, text: string): readonly TmuxCommand[] {
  const pieces = Array.from(text.matchAll(/.{1,4096}/gsu), ([piece]) => piece);
  if (pieces.length === 0) return [];
  return [
    ...pieces.map(
      (piece, index): TmuxCommand => ['set-buffer', ...(index === 0 ? [] : ['-a']), '-b', buffer, '--', piece],
    ),
    ['paste-buffer', '-p', '-d', '-b', buffer, '-t', paneId],
  ];
}
