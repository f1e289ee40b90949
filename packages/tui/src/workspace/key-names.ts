const named: Readonly<Record<string, string>> = {
  PageUp: 'PPage',
  PgUp: 'PPage',
  PageDown: 'NPage',
  PgDn: 'NPage',
  Esc: 'Escape',
  Backspace: 'BSpace',
  Delete: 'DC',
  Insert: 'IC',
  'Shift+Tab': 'BTab',
};

const modifiers: Readonly<Record<string, string>> = { Ctrl: 'C-', Alt: 'M-', Shift: 'S-' };

/** A key in the app's notation (`Ctrl+q`, `Space`, `Left`, `|`) as tmux names it (`C-q`, `Space`, `Left`, `|`). */
export function toTmuxKey(key: string): string {
  const whole = named[key];
  if (whole !== undefined) return whole;
  const match = /^(Ctrl|Alt|Shift)\+(.+)$/u.exec(key);
  if (match === null) return key;
  const [, modifier = '', rest = ''] = match;
  // tmux tells Ctrl+Q and Ctrl+q apart, terminals do not
  const name = modifier === 'Ctrl' && /^[A-Z]$/u.test(rest) ? rest.toLowerCase() : toTmuxKey(rest);
  return `${modifiers[modifier] ?? ''}${name}`;
}

/** A tmux key as people read it: `C-]` is `^]`, `M-n` is `Alt+n`. */
export function toReadableKey(key: string): string {
  if (/^C-.$/u.test(key)) return `^${key.slice(2).toUpperCase()}`;
  return key.replace(/^M-/u, 'Alt+').replace(/^S-/u, 'Shift+');
}
