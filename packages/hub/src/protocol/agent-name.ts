import * as z from 'zod';

/** Code points of a name; what is derived leaves room for a number. */
const longest = 64;
const longestDerived = 56;
const pattern = /^[\p{L}\p{N}][\p{L}\p{M}\p{N}._-]*$/u;
const hint = `Use letters, digits, "-", "_" and ".", at most ${longest}, a letter or digit first: fix-login`;

/**
 * Name of an agent: letters and digits of any script, `-`, `_` and `.`, a letter or digit first. No shell, table or
 * tmux reads anything else in it, so that what one command prints every other takes.
 */
export const AgentName = z.string().superRefine((name, context) => {
  if (pattern.test(name) && Array.from(name).length <= longest) return;
  const what = JSON.stringify(Array.from(name).slice(0, longest).join(''));
  const message = name === '' ? 'An agent needs a name.' : `${what} cannot be the name of an agent.`;
  context.addIssue({ code: 'custom', message, params: { hint } });
});

/** The name that comes nearest to a text that nobody chose as a name; `agent` when nothing of it is left. */
export function toAgentName(text: string): string {
  const safe = text
    .normalize('NFC')
    .replace(/[^\p{L}\p{M}\p{N}._-]+/gu, '-')
    .replace(/^[^\p{L}\p{N}]+/u, '');
  const cut = Array.from(safe).slice(0, longestDerived).join('').replace(/-+$/, '');
  return cut === '' ? 'agent' : cut;
}
