import { accessSync, constants, statSync } from 'node:fs';
import { delimiter, isAbsolute, resolve } from 'node:path';

/** Where programs are looked for when the environment has no PATH (what POSIX shells use). */
export const fallbackPath = '/usr/local/bin:/usr/bin:/bin';

/** Where to look for a program. */
export interface ProgramSearch {
  /** The PATH to search. @default `fallbackPath` */
  readonly path?: string | undefined;
  /** What relative programs and PATH entries are relative to. */
  readonly directory: string;
}

/** The absolute path of a program, as `execvp` in that directory would find it. Undefined when there is none. */
export function findProgram(program: string, { path, directory }: ProgramSearch): string | undefined {
  if (program === '') return undefined;
  if (program.includes('/')) return isProgram(resolve(directory, program)) ? resolve(directory, program) : undefined;
  for (const folder of (path || fallbackPath).split(delimiter)) {
    const candidate = isAbsolute(folder) ? resolve(folder, program) : resolve(directory, folder, program);
    if (isProgram(candidate)) return candidate;
  }
  return undefined;
}

// a look that finds nothing takes microseconds; asynchronous, a rejection for each folder of PATH would cost far more
function isProgram(path: string): boolean {
  try {
    if (!statSync(path, { throwIfNoEntry: false })?.isFile()) return false;
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
