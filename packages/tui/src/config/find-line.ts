/**
 * The line (from 1) of a TOML text on which a key stands, by its path; the nearest parent's line when the key itself is not
 * there. For messages only: it reads headers and `key =` lines, not every form that TOML allows.
 */
export function findLine(text: string, path: readonly PropertyKey[]): number | null {
  const wanted = path.map(String);
  const matching = listKeys(text).filter(({ key }) => key.every((part, index) => part === wanted[index]));
  const deepest = matching.reduce((best, found) => (found.key.length > best.key.length ? found : best), {
    key: [],
    line: 0,
  });
  return deepest.line === 0 ? null : deepest.line;
}

/** The path of the setting that stands on a line (from 1), or that began above it; empty before the first. */
export function findKey(text: string, line: number): readonly string[] {
  return listKeys(text).findLast((found) => found.line <= line)?.key ?? [];
}

interface PlacedKey {
  readonly key: readonly string[];
  readonly line: number;
}

function listKeys(text: string): readonly PlacedKey[] {
  let table: readonly string[] = [];
  return text.split('\n').flatMap((content, index): readonly PlacedKey[] => {
    const header = /^\s*\[+\s*([^\]]+?)\s*\]+/.exec(content)?.[1];
    if (header !== undefined) table = splitKey(header);
    const key = /^\s*([\w"'.\- ]+?)\s*=/.exec(content)?.[1];
    if (header !== undefined) return [{ key: table, line: index + 1 }];
    return key === undefined ? [] : [{ key: [...table, ...splitKey(key)], line: index + 1 }];
  });
}

function splitKey(key: string): readonly string[] {
  return [...key.matchAll(/"([^"]*)"|'([^']*)'|([^.\s"']+)/g)].map(
    ([, double, single, bare]) => double ?? single ?? bare ?? '',
  );
}
