import { decodeOctal } from './octal.ts';
import type { TmuxEvent } from './tmux-event.ts';

const space = 0x20;
const outputPrefix = '%output '.length;
const extendedPrefix = '%extended-output '.length;

/** Reads one line that tmux wrote by itself. Undefined for what we have no use for, and for what cannot be read. */
export function parseNotification(line: Buffer): TmuxEvent | undefined {
  const nameEnd = line.indexOf(space);
  const name = line.toString('latin1', 1, nameEnd === -1 ? line.length : nameEnd);
  if (name === 'output') return parseOutput(line);
  if (name === 'extended-output') return parseExtendedOutput(line);
  const parse = parsers.get(name);
  return parse?.(nameEnd === -1 ? '' : line.toString('utf8', nameEnd + 1));
}

function parseOutput(line: Buffer): TmuxEvent | undefined {
  const idEnd = line.indexOf(space, outputPrefix);
  if (idEnd === -1) return undefined;
  return {
    type: 'output',
    paneId: line.toString('latin1', outputPrefix, idEnd),
    data: decodeOctal(line.subarray(idEnd + 1)),
  };
}

function parseExtendedOutput(line: Buffer): TmuxEvent | undefined {
  const idEnd = line.indexOf(space, extendedPrefix);
  const start = line.indexOf(' : ', extendedPrefix, 'latin1');
  if (idEnd === -1 || start === -1) return undefined;
  return {
    type: 'output',
    paneId: line.toString('latin1', extendedPrefix, idEnd),
    data: decodeOctal(line.subarray(start + 3)),
  };
}

type Parse = (rest: string) => TmuxEvent | undefined;

const parsers: ReadonlyMap<string, Parse> = new Map<string, Parse>([
  ['session-changed', (rest) => withName(rest, (sessionId, name) => ({ type: 'session-changed', sessionId, name }))],
  ['session-renamed', (rest) => withName(rest, (sessionId, name) => ({ type: 'session-renamed', sessionId, name }))],
  [
    'session-window-changed',
    (rest) => withName(rest, (sessionId, windowId) => ({ type: 'session-window-changed', sessionId, windowId })),
  ],
  ['sessions-changed', () => ({ type: 'sessions-changed' })],
  ['window-add', (windowId) => ({ type: 'window-add', windowId })],
  // older servers put the session's name behind the id
  ['window-close', (rest) => ({ type: 'window-close', windowId: firstWord(rest) })],
  ['window-renamed', (rest) => withName(rest, (windowId, name) => ({ type: 'window-renamed', windowId, name }))],
  [
    'window-pane-changed',
    (rest) => withName(rest, (windowId, paneId) => ({ type: 'window-pane-changed', windowId, paneId })),
  ],
  ['unlinked-window-add', (windowId) => ({ type: 'unlinked-window-add', windowId })],
  ['unlinked-window-close', (rest) => ({ type: 'unlinked-window-close', windowId: firstWord(rest) })],
  [
    'unlinked-window-renamed',
    (rest) => withName(rest, (windowId, name) => ({ type: 'unlinked-window-renamed', windowId, name })),
  ],
  [
    'layout-change',
    (rest) => withName(rest, (windowId, layout) => ({ type: 'layout-change', windowId, layout: firstWord(layout) })),
  ],
  ['pane-mode-changed', (paneId) => ({ type: 'pane-mode-changed', paneId })],
  ['client-detached', (client) => ({ type: 'client-detached', client })],
  ['client-session-changed', parseClientSession],
  ['subscription-changed', parseSubscription],
  ['pause', (paneId) => ({ type: 'pause', paneId })],
  ['continue', (paneId) => ({ type: 'continue', paneId })],
  ['message', (text) => ({ type: 'message', text })],
  ['exit', (reason) => ({ type: 'exit', reason })],
]);

function withName(rest: string, make: (id: string, name: string) => TmuxEvent): TmuxEvent | undefined {
  const end = rest.indexOf(' ');
  return end === -1 ? undefined : make(rest.slice(0, end), rest.slice(end + 1));
}

function firstWord(text: string): string {
  return text.split(' ', 1)[0] ?? '';
}

function parseClientSession(rest: string): TmuxEvent | undefined {
  const [, client, sessionId, name] = /^(\S+) (\$\d+) (.*)$/s.exec(rest) ?? [];
  if (client === undefined || sessionId === undefined || name === undefined) return undefined;
  return { type: 'client-session-changed', client, sessionId, name };
}

function parseSubscription(rest: string): TmuxEvent | undefined {
  const [, name, session = '-', window = '-', pane = '-', value] =
    /^(\S+) (\S+) (\S+) \S+ (\S+)(?: [^:]*)? : (.*)$/s.exec(rest) ?? [];
  if (name === undefined || value === undefined) return undefined;
  return {
    type: 'subscription',
    name,
    sessionId: orNull(session),
    windowId: orNull(window),
    paneId: orNull(pane),
    value,
  };
}

function orNull(id: string): string | null {
  return id === '-' ? null : id;
}
