import { randomBytes } from 'node:crypto';
import { toAgentName } from '../protocol/agent-name.ts';

const suffixLetters = 'abcdefghijkmnpqrstuvwxyz23456789';

/** Lower-case words joined by dashes, at most `maxLength` characters; '' when the text has no letter or digit. */
function slug(text: string, maxLength: number): string {
  const plain = text.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase();
  const dashed = plain.replace(/[^a-z0-9]+/g, '-').replace(/^-+/, '');
  return dashed.slice(0, maxLength).replace(/-+$/, '');
}

/** A new agent id: readable by its name, unique by four random characters ("fix-login-k3m9"). */
export function mintAgentId(name: string, isTaken: (id: string) => boolean): string {
  const stem = slug(name, 40) || 'agent';
  for (;;) {
    const id = `${stem}-${randomSuffix()}`;
    if (!isTaken(id)) return id;
  }
}

/** The name itself, or with -2, -3 … when another agent has it. What is no name becomes the one that comes nearest. */
export function uniqueName(wanted: string, isTaken: (name: string) => boolean): string {
  const name = toAgentName(wanted);
  if (!isTaken(name)) return name;
  for (let number = 2; ; number += 1) {
    const numbered = `${name}-${number}`;
    if (!isTaken(numbered)) return numbered;
  }
}

function randomSuffix(): string {
  return Array.from(randomBytes(4), (byte) => suffixLetters[byte % suffixLetters.length]).join('');
}
