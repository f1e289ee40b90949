/** What `git status --porcelain=v2 --branch -z` tells. */
export interface TreeStatus {
  /** Name of the branch; the short commit in brackets when detached. */
  readonly branch: string;
  /** A first commit exists. */
  readonly hasCommit: boolean;
  /** Commits that the upstream branch does not have; null without an upstream. */
  readonly ahead: number | null;
  readonly changed: readonly string[];
  readonly untracked: readonly string[];
}

/** Lines added and removed in one file; binary files count none. */
export interface FileChange {
  readonly path: string;
  readonly added: number;
  readonly removed: number;
}

/** Reads `git status --porcelain=v2 --branch -z`. Paths may hold anything but NUL. */
export function parseStatus(output: string): TreeStatus {
  const fields = output.split('\0');
  const header = (name: string) =>
    fields.find((field) => field.startsWith(`# branch.${name} `))?.slice(name.length + 10);
  const { changed, untracked } = parseEntries(fields);
  const oid = header('oid') ?? '(initial)';
  const head = header('head') ?? '';
  const ahead = /^\+(\d+) /.exec(header('ab') ?? '')?.[1];
  return {
    branch: head === '(detached)' ? `(${oid.slice(0, 7)})` : head,
    hasCommit: oid !== '(initial)',
    ahead: ahead === undefined ? null : Number(ahead),
    changed,
    untracked,
  };
}

/** Reads `git diff --numstat -z`. */
export function parseNumstat(output: string): readonly FileChange[] {
  const fields = output.split('\0');
  const changes: FileChange[] = [];
  for (let index = 0; index < fields.length; index += 1) {
    const match = /^(\d+|-)\t(\d+|-)\t([^]*)$/.exec(fields[index] ?? '');
    if (match === null) continue;
    const [, added, removed, path = ''] = match;
    // A renamed file has an empty path here and its old and new one in the next two fields.
    if (path === '') index += 2;
    changes.push({
      path: path === '' ? (fields[index] ?? '') : path,
      added: Number(added) || 0,
      removed: Number(removed) || 0,
    });
  }
  return changes;
}

/** Reads `git log -z --format=%H%x1f%ct%x1f%s`. */
export function parseCommits(
  output: string,
): readonly { readonly hash: string; readonly subject: string; readonly at: number }[] {
  return output
    .split('\0')
    .map((record) => record.split('\x1f'))
    .flatMap(([hash = '', seconds = '', ...subject]) =>
      hash === '' ? [] : [{ hash, at: Number(seconds) * 1000, subject: subject.join(' ') }],
    );
}

function parseEntries(fields: readonly string[]): Pick<TreeStatus, 'changed' | 'untracked'> {
  const changed: string[] = [];
  const untracked: string[] = [];
  for (let index = 0; index < fields.length; index += 1) {
    const field = fields[index] ?? '';
    if (field.startsWith('? ')) untracked.push(field.slice(2));
    if (/^[1u] /.test(field)) changed.push(pathAfter(field, field.startsWith('1') ? 8 : 10));
    if (field.startsWith('2 ')) {
      changed.push(pathAfter(field, 9));
      // The old path of a renamed file stands in a field of its own.
      index += 1;
    }
  }
  return { changed, untracked };
}

/** The path comes after so many fields that hold no blanks. */
function pathAfter(field: string, words: number): string {
  let start = 0;
  for (let word = 0; word < words; word += 1) start = field.indexOf(' ', start) + 1;
  return field.slice(start);
}
