import { readFileSync, rmSync, writeFileSync } from 'node:fs';

/** Keeps this process's id in a file that only its owner reads, until it is disposed. A disk without room is no failure. */
export function writePidFile(path: string): Disposable {
  const own = `${process.pid}\n`;
  try {
    rmSync(path, { force: true });
    writeFileSync(path, own, { mode: 0o600, flag: 'wx' });
  } catch {
    // Only who finds this hub silent needs it.
  }
  return {
    [Symbol.dispose]: () => {
      try {
        if (readFileSync(path, 'utf8') === own) rmSync(path);
      } catch {
        // Somebody swept it away.
      }
    },
  };
}
