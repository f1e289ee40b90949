import { blank, type Line, span } from '../layout/line.ts';

/** Hints of a sheet: keys in the accent, what they do beside them. */
export function hintLine(...hints: readonly (readonly [key: string, text: string])[]): Line {
  return hints.flatMap(
    ([key, text], index): Line => [
      ...(index === 0 ? [] : [blank(2)]),
      span(key, 'key'),
      span(text === '' ? '' : ` ${text}`, 'dim'),
    ],
  );
}
