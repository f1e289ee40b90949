// Bundles the program into dist/bundle: one file for each way to start, what they share in chunks beside them.
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { build } from 'esbuild';
import { quickStart } from './bundle/quick-start.mjs';
import { throughBarrels } from './bundle/through-barrels.mjs';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const target = join(root, 'dist', 'bundle');
// a build that fails leaves the last good one in place
const outdir = `${target}.new`;
const packages = dirname(root);

rmSync(outdir, { recursive: true, force: true });

const common = {
  absWorkingDir: root,
  outdir,
  outExtension: { '.js': '.mjs' },
  bundle: true,
  minify: true,
  format: 'esm',
  platform: 'node',
  target: 'node22.13',
  // as it stands in the source: made anew at each use, for each character of a frame, it costs milliseconds
  supported: { 'regexp-unicode-property-escapes': true },
  jsx: 'automatic',
  metafile: true,
  legalComments: 'none',
  logLevel: 'warning',
  inject: [join(root, 'scripts', 'bundle', 'lazy-segmenter.mjs')],
  define: { 'Intl.Segmenter': 'LazySegmenter', 'process.env.NODE_ENV': '"production"', SWARM_BUNDLED: 'true' },
  // some dependencies are CommonJS and ask for Node's own modules by require()
  banner: { js: "import{createRequire as swarmRequire}from'node:module';const require=swarmRequire(import.meta.url);" },
};

/** What `main` loads only when it is asked for. */
const parts = {
  'ui-pane': 'src/launch/ui-pane.ts',
  'hub-run': 'src/launch/hub-run.ts',
  ipc: 'src/cli/ipc/ipc-part.ts',
};
/** One too, as a function that is given its surroundings: see `load-script.mjs`. */
const cli = 'src/cli/main.ts';
const threads = {
  'log-worker': join(packages, 'hub', 'src', 'log', 'log-worker.ts'),
  'store-worker': join(packages, 'ipc', 'src', 'store', 'store-worker.ts'),
  'swarm-demo': join(packages, 'providers', 'src', 'demo', 'main.ts'),
};

// each by itself: what they share is there three times, but no start loads a file that belongs to another. Each in one
// file, for reading 15 takes a command 5 ms; but not the list, which asks the hub while most of it is still being loaded
const plugins = [otherParts(), optionalModules(), throughBarrels(indexOf), quickStart()];
const starts = [
  { main: 'src/launch/main.ts' },
  ...Object.entries({ ...parts, ...threads }).map(([name, path]) => ({ [name]: path })),
];
const results = await Promise.all([
  ...starts.map((entryPoints) =>
    build({ ...common, entryPoints, splitting: 'ui-pane' in entryPoints, chunkNames: '[name]-[hash]', plugins }),
  ),
  buildScript(),
]);

const licences = collectLicences(results.flatMap(({ metafile }) => Object.keys(metafile.inputs)));
writeFileSync(
  join(outdir, 'LICENSES.txt'),
  licences.map(({ title, text }) => `${title}\n\n${text.trim()}\n`).join('\n---\n\n'),
);
writeFileSync(
  join(outdir, 'versions.json'),
  `${JSON.stringify(Object.fromEntries(licences.map(({ name, version }) => [name, version])), null, 2)}\n`,
);

rmSync(target, { recursive: true, force: true });
renameSync(outdir, target);
report();

/** `@swarm-tui/hub/client` → packages/hub/dist/client/index.js */
function indexOf(name) {
  const [, folder, subpath = '.'] = /^@swarm-tui\/([a-z]+)(?:\/(.+))?$/.exec(name);
  const { exports } = JSON.parse(readFileSync(join(packages, folder, 'package.json'), 'utf8'));
  return join(packages, folder, exports[subpath === '.' ? '.' : `./${subpath}`].default);
}

async function buildScript() {
  const { outputFiles, metafile } = await build({
    ...common,
    entryPoints: { cli },
    outExtension: { '.js': '.cjs' },
    format: 'cjs',
    define: { ...common.define, 'import.meta.url': 'swarmUrl' },
    banner: { js: '(function(exports,require,module,swarmUrl){' },
    footer: { js: '})' },
    plugins,
    write: false,
  });
  const [{ path, text }] = outputFiles;
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, `// ${createHash('sha256').update(text).digest('hex').slice(0, 16)}\n${text}`);
  return { metafile };
}

function otherParts() {
  return {
    name: 'other-parts',
    setup({ onResolve, onLoad }) {
      onResolve({ filter: /\.ts$/ }, ({ path, kind, resolveDir }) => {
        if (kind !== 'dynamic-import') return undefined;
        if (join(root, cli) === join(resolveDir, path)) return { path: 'cli', namespace: 'script' };
        const name = Object.keys(parts).find((part) => join(root, parts[part]) === join(resolveDir, path));
        return name === undefined ? undefined : { path: `./${name}.mjs`, external: true };
      });
      onLoad({ filter: /.*/, namespace: 'script' }, () => ({
        contents: `import { loadScript } from './load-script.mjs';
          export const { runCli } = loadScript(new URL('./cli.cjs', import.meta.url), process.argv[2]);`,
        resolveDir: join(root, 'scripts', 'bundle'),
      }));
    },
  };
}

/** Parts of dependencies that are loaded only if somebody installed them: nobody does in a bundle. */
function optionalModules() {
  const names = /^(?:react-devtools-core|bufferutil|utf-8-validate|msgpackr-extract)$/;
  return {
    name: 'optional-modules',
    setup({ onResolve, onLoad }) {
      onResolve({ filter: names }, ({ path }) => ({ path, namespace: 'optional' }));
      onLoad({ filter: /.*/, namespace: 'optional' }, ({ path }) => ({
        // as if it were not installed
        contents:
          path === 'react-devtools-core'
            ? 'export default {}'
            : `throw Object.assign(new Error('not bundled: ${path}'), { code: 'MODULE_NOT_FOUND' })`,
        loader: 'js',
      }));
    },
  };
}

function collectLicences(inputs) {
  const folders = new Set(inputs.flatMap((path) => findPackage(join(root, path)) ?? []));
  const found = [...folders].map((folder) => {
    const { name, version, license } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
    const file = readdirSync(folder).find((entry) => /^licen[cs]e(?:\.|$)/i.test(entry));
    const text = file === undefined ? `License: ${license}` : readFileSync(join(folder, file), 'utf8');
    return { name, version, title: `${name} ${version} (${license})`, text };
  });
  return found.sort((a, b) => a.name.localeCompare(b.name));
}

/** The folder of the npm package that a bundled file came from; null for our own. */
function findPackage(path) {
  if (!path.includes('node_modules')) return null;
  for (let folder = dirname(path); folder !== dirname(folder); folder = dirname(folder)) {
    const manifest = join(folder, 'package.json');
    if (existsSync(manifest) && JSON.parse(readFileSync(manifest, 'utf8')).name !== undefined) return folder;
  }
  return null;
}

function report() {
  const files = readdirSync(target).filter((name) => /\.[cm]js$/.test(name));
  const bytes = files.reduce((sum, name) => sum + statSync(join(target, name)).size, 0);
  const packed = files.reduce((sum, name) => sum + gzipSync(readFileSync(join(target, name))).length, 0);
  const kilo = (value) => `${(value / 1024).toFixed(0)} kB`;
  console.log(
    `${relative(process.cwd(), target) || '.'}: ${files.length} files, ${kilo(bytes)}, ${kilo(packed)} gzipped, ${licences.length} packages`,
  );
}
