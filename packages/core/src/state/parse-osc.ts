import { sanitizeText } from '../text/sanitize.ts';
import type { Signal } from './signal.ts';

const progressStates = ['none', 'normal', 'error', 'busy', 'paused'] as const;

function clean(text: string): string {
  return sanitizeText(text, { whitespace: 'space' }).trim();
}

function decodePercent(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    // A bare % is not worth losing the rest for.
    return text;
  }
}

/** ConEmu's OSC 9;4;STATE;PERCENT. */
function parseProgress(body: string): Signal | null {
  const [state = '', percent = ''] = body.split(';');
  const name = /^\d$/.test(state) ? progressStates[Number(state)] : undefined;
  if (name === undefined) return null;
  return { type: 'progress', state: name, percent: /^\d{1,3}$/.test(percent) ? Math.min(100, Number(percent)) : null };
}

/** OSC 133;A … OSC 133;D[;exit code]; shells add further `key=value` fields, which say nothing here. */
function parsePromptMark(body: string): Signal | null {
  const [mark, ...fields] = body.split(';');
  if (mark !== 'A' && mark !== 'B' && mark !== 'C' && mark !== 'D') return null;
  const code = mark === 'D' ? fields[0] : undefined;
  return { type: 'prompt-mark', mark, exitCode: code !== undefined && /^\d{1,3}$/.test(code) ? Number(code) : null };
}

/** OSC 7501;state=…:app=…:kind=…; fields stand in any order, unknown ones are skipped. */
function parseState(body: string): Signal | null {
  const fields = new Map<string, string>();
  for (const field of body.split(':')) {
    const equals = field.indexOf('=');
    if (equals > 0) fields.set(field.slice(0, equals), clean(decodePercent(field.slice(equals + 1))));
  }
  const state = fields.get('state');
  if (!state) return null;
  const until = fields.get('until') ?? '';
  return {
    type: 'state',
    state,
    app: fields.get('app') || null,
    kind: fields.get('kind') || null,
    detail: fields.get('detail') || null,
    until: /^\d{10,16}$/.test(until) ? Number(until) : null,
  };
}

function notice(text: string): Signal | null {
  const cleaned = clean(text);
  return cleaned === '' ? null : { type: 'notice', text: cleaned };
}

function parseNotice9(body: string): Signal | null {
  return body.startsWith('4;') ? parseProgress(body.slice(2)) : notice(body);
}

/** kitty's OSC 99;metadata;text. */
function parseNotice99(body: string): Signal | null {
  return notice(body.slice(body.indexOf(';') + 1));
}

/** rxvt's OSC 777;notify;title;text. */
function parseNotice777(body: string): Signal | null {
  const [verb, ...texts] = body.split(';');
  return verb === 'notify' ? notice(texts.filter((text) => text !== '').join(': ')) : null;
}

function parseTitle(body: string): Signal {
  return { type: 'title', title: clean(body) };
}

const parsers: ReadonlyMap<string, (body: string) => Signal | null> = new Map([
  ['0', parseTitle],
  ['2', parseTitle],
  ['9', parseNotice9],
  ['99', parseNotice99],
  ['133', parsePromptMark],
  ['777', parseNotice777],
  ['7501', parseState],
]);

/** Reads the text between `ESC ]` and its terminator; null for the many OSCs that say nothing about state. */
export function parseOsc(content: string): Signal | null {
  const semicolon = content.indexOf(';');
  if (semicolon < 0) return null;
  return parsers.get(content.slice(0, semicolon))?.(content.slice(semicolon + 1)) ?? null;
}
