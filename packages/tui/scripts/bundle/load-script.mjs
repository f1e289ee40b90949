// Loads the commands. Node's compile cache keeps a module as it was before it ran: without the 600 functions that `ls` then
// compiles one by one, a third of its time. A script's cache is made after it ran, and holds what that command needs.
import {
  closeSync,
  fsyncSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeSync,
} from 'node:fs';
import { createRequire, getCompileCacheDir } from 'node:module';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { constants, Script } from 'node:vm';

/** Two versions that are used in turns leave each other's. */
const keptMs = 7 * 24 * 3_600_000;

/** Runs a script of the bundle, which begins with `// <hash of it>`; gives its exports. `use` names what it is run for. */
export function loadScript(url, use) {
  const filename = fileURLToPath(url);
  const source = readFileSync(filename, 'utf8');
  const cache = findCache(source, use);
  const cachedData = cache === null ? undefined : read(cache);
  const importModuleDynamically = constants.USE_MAIN_CONTEXT_DEFAULT_LOADER;
  const script = new Script(source, { filename, cachedData, importModuleDynamically });
  if (cache !== null && (cachedData === undefined || script.cachedDataRejected === true)) keep(script, cache);
  const module = { exports: {} };
  script.runInThisContext()(module.exports, createRequire(url), module, url.href);
  return module.exports;
}

/** Beside Node's own, in a directory for this version of Node and its flags; null when nothing is to be kept. */
function findCache(source, use = '') {
  const directory = getCompileCacheDir();
  const hash = /^\/\/ (\w+)\n/.exec(source)?.[1];
  if (directory === undefined || hash === undefined || !/^[\w-]{0,16}$/.test(use)) return null;
  return join(directory, `script-${hash}-${use}`);
}

function read(path) {
  try {
    return readFileSync(path);
  } catch {
    return undefined;
  }
}

/** Only after a good end: a mistyped command leaves nothing behind. */
function keep(script, path) {
  process.once('exit', (code) => {
    if (code !== 0) return;
    const unfinished = `${path}.${process.pid}`;
    try {
      const file = openSync(unfinished, 'wx', 0o600);
      try {
        writeSync(file, script.createCachedData());
        // V8 takes the bytes as they are: they must not be there by name alone after a power cut
        fsyncSync(file);
      } finally {
        closeSync(file);
      }
      renameSync(unfinished, path);
      removeOld(path);
    } catch {
      // no room, no leave to write: the next start takes as long as this one
    }
  });
}

/** What other versions of the program left. */
function removeOld(path) {
  const [own] = /^script-\w+-/.exec(basename(path)) ?? [];
  for (const name of readdirSync(dirname(path))) {
    const other = join(dirname(path), name);
    if (!name.startsWith('script-') || name.startsWith(own)) continue;
    if (Date.now() - statSync(other).mtimeMs > keptMs) rmSync(other, { force: true });
  }
}
