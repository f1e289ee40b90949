import { startOf } from '../subjects/pattern.ts';

/** Whether some subject meets both patterns. */
export function doPatternsOverlap(left: string, right: string): boolean {
  const leftTokens = left.split('.');
  const rightTokens = right.split('.');
  const length = Math.max(leftTokens.length, rightTokens.length);
  for (let index = 0; index < length; index++) {
    const one = leftTokens[index];
    const other = rightTokens[index];
    if (one === undefined || other === undefined) return false;
    if (one === '>' || other === '>') return true;
    if (!doTokensOverlap(one, other)) return false;
  }
  return true;
}

function doTokensOverlap(one: string, other: string): boolean {
  if (one === '*' || other === '*' || one === other) return true;
  const [start, otherStart] = [startOf(one), startOf(other)];
  if (start !== undefined && otherStart !== undefined)
    return start.startsWith(otherStart) || otherStart.startsWith(start);
  if (start !== undefined) return other.startsWith(start);
  return otherStart !== undefined && one.startsWith(otherStart);
}
