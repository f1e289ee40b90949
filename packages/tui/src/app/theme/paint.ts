import type { Line, Span } from '../layout/line.ts';
import type { Look, Theme } from './tokens.ts';

function wrap(text: string, look: Look): string {
  return look.on === '' || text === '' ? text : `\u001b[${look.on}m${text}\u001b[${look.off}m`;
}

function join(outer: Look, inner: Look): Look {
  if (outer.on === '') return inner;
  if (inner.on === '') return outer;
  return { on: `${outer.on};${inner.on}`, off: `${inner.off};${outer.off}` };
}

function lookOf(token: Exclude<Span['token'], 'raw'>, theme: Theme): Look {
  return token === 'key' ? theme.key : theme.looks[token];
}

/** A line as the terminal gets it: text between SGR sequences, each look closed where it ends. */
export function paintLine(line: Line, theme: Theme, isSelected = false): string {
  const under = isSelected ? theme.selected : { on: '', off: '' };
  let painted = '';
  for (const { text, token } of line) {
    painted += token === 'raw' ? text : wrap(text, join(under, lookOf(token, theme)));
  }
  return painted;
}
