import type { Terminal } from './terminal.ts';

/** What the demo agent says it is doing. */
export type Status =
  | { readonly state: 'idle' | 'working' | 'done' }
  | { readonly state: 'blocked'; readonly kind: string; readonly detail: string }
  | { readonly state: 'error'; readonly kind: string; readonly detail: string; readonly until?: number | undefined };

/** Where the demo agent announces itself. */
export interface AnnouncerOptions {
  readonly terminal: Terminal;
  readonly name: string;
  readonly speaksProtocol: boolean;
  readonly setsTitle: boolean;
  readonly notifies: boolean;
}

const glyphs = { idle: '◇', done: '◇', working: '⠋', blocked: '✋', error: '✕' } as const;

/** Tells the outside what the agent does: OSC 7501, title, and a notification when it needs the person. */
export class Announcer {
  readonly #options: AnnouncerOptions;
  #task: string;

  constructor(options: AnnouncerOptions) {
    this.#options = options;
    this.#task = options.name;
  }

  set task(task: string) {
    // oxlint-disable-next-line no-control-regex -- a control character would end the sequence
    this.#task = task.replace(/[\x00-\x1f\x7f-\x9f]/g, ' ').slice(0, 120) || this.#options.name;
  }

  say(status: Status): void {
    const { terminal, name, speaksProtocol, setsTitle, notifies } = this.#options;
    let sequence = '';
    if (setsTitle) sequence += `\x1b]0;${glyphs[status.state]} ${this.#task}\x07`;
    if (speaksProtocol) sequence += `\x1b]7501;${fieldsOf(status).join(':')}\x1b\\`;
    if (notifies && status.state === 'blocked') sequence += `\x1b]9;${name} needs you (${status.kind})\x07`;
    if (sequence !== '') terminal.control(sequence);
  }
}

function fieldsOf(status: Status): readonly string[] {
  const fields = [`state=${status.state}`, 'app=demo'];
  if (status.state !== 'blocked' && status.state !== 'error') return fields;
  fields.push(`kind=${status.kind}`);
  if (status.state === 'error' && status.until !== undefined) fields.push(`until=${status.until}`);
  if (status.detail !== '') fields.push(`detail=${encodeURIComponent(status.detail.toWellFormed())}`);
  return fields;
}
