const maxLength = 60;

/** Sessions of this name are ours and hidden from people. */
export const hiddenSession = '_swarm';

/** A session begins under such a name, and gets its own with its metadata. */
export const draftSessionPrefix = 'swarm-new-';

/** A session name that tmux keeps as it is and no format, target or shell can misread: letters, digits, `-` and `_`. */
export function toSafeSessionName(text: string, fallback: string): string {
  const safe = text.normalize('NFC').replace(/[^\p{L}\p{M}\p{N}_-]+/gu, '-');
  // by code points: half of a pair would be no character
  const name = Array.from(safe).slice(0, maxLength).join('');
  const trimmed = name.replace(/^[-_]+|[-_]+$/g, '');
  return trimmed === '' ? fallback : trimmed;
}

/** `name`, or `name-2`, `name-3` … : the first that is not taken. */
export function toFreeSessionName(name: string, isTaken: (name: string) => boolean): string {
  if (!isTaken(name)) return name;
  for (let number = 2; ; number += 1) if (!isTaken(`${name}-${number}`)) return `${name}-${number}`;
}
