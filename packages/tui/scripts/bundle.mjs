// Bundles the program into dist/bundle: one file for each way to start, what they share in chunks beside them.
import { existsSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { build } from 'esbuild';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const outdir = join(root, 'dist', 'bundle');
const packages = dirname(root);

rmSync(outdir, { recursive: true, force: true });

const result = await build({
  absWorkingDir: root,
  entryPoints: {
    main: 'src/launch/main.ts',
    'log-worker': join(packages, 'hub', 'src', 'log', 'log-worker.ts'),
    'swarm-demo': join(packages, 'providers', 'src', 'demo', 'main.ts'),
  },
  outdir,
  outExtension: { '.js': '.mjs' },
  chunkNames: '[name]-[hash]',
  bundle: true,
  splitting: true,
  minify: true,
  // stacks in crash logs name functions; costs little
  keepNames: false,
  format: 'esm',
  platform: 'node',
  target: 'node22.13',
  jsx: 'automatic',
  metafile: true,
  legalComments: 'none',
  logLevel: 'warning',
  define: { 'process.env.NODE_ENV': '"production"', SWARM_BUNDLED: 'true' },
  // some dependencies are CommonJS and ask for Node's own modules by require()
  banner: { js: "import{createRequire as swarmRequire}from'node:module';const require=swarmRequire(import.meta.url);" },
  plugins: [optionalModules()],
});

const licences = collectLicences(Object.keys(result.metafile.inputs));
writeFileSync(join(outdir, 'LICENSES.txt'), licences.map(({ title, text }) => `${title}\n\n${text.trim()}\n`).join('\n---\n\n'));
writeFileSync(
  join(outdir, 'versions.json'),
  `${JSON.stringify(Object.fromEntries(licences.map(({ name, version }) => [name, version])), null, 2)}\n`,
);

report();

/** Parts of dependencies that are loaded only if somebody installed them: nobody does in a bundle. */
function optionalModules() {
  const names = /^(?:react-devtools-core|bufferutil|utf-8-validate|msgpackr-extract)$/;
  return {
    name: 'optional-modules',
    setup({ onResolve, onLoad }) {
      onResolve({ filter: names }, ({ path }) => ({ path, namespace: 'optional' }));
      onLoad({ filter: /.*/, namespace: 'optional' }, ({ path }) => ({
        // as if it were not installed
        contents: path === 'react-devtools-core' ? 'export default {}' : `throw Object.assign(new Error('not bundled: ${path}'), { code: 'MODULE_NOT_FOUND' })`,
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
  const files = readdirSync(outdir).filter((name) => name.endsWith('.mjs'));
  const bytes = files.reduce((sum, name) => sum + statSync(join(outdir, name)).size, 0);
  const packed = files.reduce((sum, name) => sum + gzipSync(readFileSync(join(outdir, name))).length, 0);
  const kilo = (value) => `${(value / 1024).toFixed(0)} kB`;
  console.log(`${relative(process.cwd(), outdir) || '.'}: ${files.length} files, ${kilo(bytes)}, ${kilo(packed)} gzipped, ${licences.length} packages`);
}
