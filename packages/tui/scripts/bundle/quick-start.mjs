// What dependencies do while they are loaded, and need not. Nothing of it changes what a program can see.
import { readFileSync } from 'node:fs';
import { builtinModules } from 'node:module';
import { fileURLToPath } from 'node:url';

const quickStringWidth = fileURLToPath(new URL('quick-string-width.mjs', import.meta.url));

/** esbuild plugin: lets the first frame come sooner. */
export function quickStart() {
  return {
    name: 'quick-start',
    setup(build) {
      lazyBuiltins(build);
      lazyStringWidth(build);
      plainWasm(build);
      englishOnly(build);
    },
  };
}

/** Big, and needed only after the first frame, or never. */
const late = new Set(['node:crypto', 'node:child_process', 'node:fs/promises']);

/**
 * An ES import of a part of Node reads all its exports at once, lazy ones too: `import 'node:http'` loads undici, 30 ms.
 * Taken as an object, only what is used is read; behind a prototype, esbuild does not copy its names one by one either.
 * Late ones are loaded by the first use: 10 ms of the way to the first frame.
 */
function lazyBuiltins({ onResolve, onLoad }) {
  const builtin = new Set(builtinModules);
  onResolve({ filter: /^(?:node:)?[a-z_/0-9]+$/ }, ({ path, kind }) => {
    const name = path.replace(/^node:/, '');
    if (kind !== 'import-statement' || !(path.startsWith('node:') || builtin.has(name))) return undefined;
    return { path: `node:${name}`, namespace: 'builtin' };
  });
  onLoad({ filter: /.*/, namespace: 'builtin' }, ({ path }) => ({
    contents: late.has(path)
      ? `const get = (_, name) => process.getBuiltinModule(${JSON.stringify(path)})[name];
        module.exports = Object.create(new Proxy({}, { get }));`
      : `const part = process.getBuiltinModule(${JSON.stringify(path)});
      module.exports = typeof part === 'function' || part === process ? part : Object.create(part);`,
    loader: 'js',
  }));
}

function lazyStringWidth({ onResolve }) {
  onResolve({ filter: /^string-width$/ }, ({ importer }) =>
    importer === quickStringWidth ? undefined : { path: quickStringWidth },
  );
}

/** yoga-layout unpacks its WebAssembly by fetch() of a data URL: undici again. */
function plainWasm({ onLoad }) {
  const usesFetch = '"function"!=typeof fetch';
  onLoad({ filter: /yoga-wasm-base64-esm\.js$/ }, ({ path }) => {
    const source = readFileSync(path, 'utf8');
    if (!source.includes(usesFetch)) throw new Error(`${path} has changed: look at scripts/bundle/quick-start.mjs`);
    return { contents: source.replaceAll(usesFetch, 'true'), loader: 'js' };
  });
}

/** Messages in 50 languages are a third of zod. */
function englishOnly({ onLoad }) {
  onLoad({ filter: /zod[\\/]v4[\\/]locales[\\/]index\.js$/ }, () => ({
    contents: "export { default as en } from './en.js';",
    loader: 'js',
  }));
}
