import { startOf } from '../subjects/pattern.ts';

/** Whether everything that `inner` matches is matched by `outer` too (see `matchesPattern`). */
export function coversPattern(outer: string, inner: string): boolean {
  const allowed = outer.split('.');
  const asked = inner.split('.');
  const last = allowed.length - 1;
  if (allowed[last] === '>') return asked.length > last && coversTokens(allowed.slice(0, last), asked);
  return asked.length === allowed.length && coversTokens(allowed, asked);
}

function coversTokens(allowed: readonly string[], asked: readonly string[]): boolean {
  return allowed.every((token, index) => coversToken(token, asked[index] ?? '', index === asked.length - 1));
}

function coversToken(allowed: string, asked: string, isLast: boolean): boolean {
  if (isLast && asked === '>') return false;
  if (allowed === '*' || allowed === asked) return true;
  const start = isLast ? startOf(allowed) : undefined;
  return start !== undefined && asked !== '*' && (startOf(asked) ?? asked).startsWith(start);
}
