import type { InputEvent } from './input-decoder.ts';

/** A numbered choice that replaces the prompt. */
export interface DialogRequest {
  readonly kind: 'permission' | 'question' | 'plan';
  readonly heading: string;
  /** What is asked; empty for none. */
  readonly subject: string;
  readonly choices: readonly string[];
}

/** An open dialog: which choice the cursor is on, and what was chosen. */
export class Dialog {
  readonly request: DialogRequest;
  #cursor = 0;

  constructor(request: DialogRequest) {
    this.request = request;
  }

  get rows(): readonly string[] {
    const { heading, subject, choices } = this.request;
    const asked = subject === '' ? [] : [`    ${subject}`];
    const listed = choices.map((choice, index) => `    ${index === this.#cursor ? '›' : ' '} ${index + 1}  ${choice}`);
    return [`    ${heading}`, ...asked, '', ...listed];
  }

  /** The chosen index, -1 for cancelled, null while it stays open. Pastes and other text do nothing. */
  apply(event: InputEvent): number | null {
    if (event.type === 'text') return this.#pick(event.text);
    if (event.type !== 'key') return null;
    const last = this.request.choices.length - 1;
    if (event.key === 'up') this.#cursor = Math.max(0, this.#cursor - 1);
    if (event.key === 'down') this.#cursor = Math.min(last, this.#cursor + 1);
    if (event.key === 'enter') return this.#cursor;
    return event.key === 'escape' || event.key === 'interrupt' ? -1 : null;
  }

  #pick(text: string): number | null {
    const index = /^\d$/.test(text) ? Number(text) - 1 : -1;
    return index >= 0 && index < this.request.choices.length ? index : null;
  }
}

/** The question whether a command may be run. */
export function permissionRequest(command: string): DialogRequest {
  const choices = ['Yes', 'Yes, and do not ask again for this command', 'No, and say what to do instead'];
  return { kind: 'permission', heading: 'Run this command?', subject: command, choices };
}

/** `Which one? | red | blue` */
export function questionRequest(text: string): DialogRequest {
  const [question = '', ...answers] = text.split('|').map((part) => part.trim());
  return {
    kind: 'question',
    heading: 'Question',
    subject: question,
    choices: answers.length > 0 ? answers : ['Yes', 'No'],
  };
}

/** The question whether a plan is good. */
export function planRequest(): DialogRequest {
  const choices = ['Yes, go on', 'Yes, and ask before each step', 'No, keep planning'];
  return { kind: 'plan', heading: 'Go on with this plan?', subject: '', choices };
}
