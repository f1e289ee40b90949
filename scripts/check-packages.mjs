// Packs every public package as npm would, lints the tarballs, and uses them from outside the workspace:
// each entry point must type-check under strict nodenext rules and import in plain Node.
import { execFileSync, spawnSync } from 'node:child_process';
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
  existsSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { root, toolEnv } from './setup.mjs';

const work = mkdtempSync(join(tmpdir(), 'swarm-pack-'));
const failures = [];

function run(command, args, cwd = root) {
  return spawnSync(command, args, { cwd, env: toolEnv(), encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 });
}

function check(title, result) {
  if (result.status !== 0) failures.push(`${title}\n${result.stdout}${result.stderr}`);
}

const readManifest = (folder) => JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
const packages = readdirSync(join(root, 'packages'))
  .map((name) => join(root, 'packages', name))
  .filter((folder) => existsSync(join(folder, 'package.json')))
  .map((folder) => ({ folder, manifest: readManifest(folder) }))
  .filter(({ manifest }) => !manifest.private);

/** `workspace:*` and `catalog:` become plain versions in the packed manifest, as `pnpm publish` would write them. */
function publishedManifest(manifest) {
  const versions = Object.fromEntries(packages.map((other) => [other.manifest.name, other.manifest.version]));
  const { devDependencies: _dev, ...published } = manifest;
  const plain = Object.entries(manifest.dependencies ?? {}).map(([name, range]) => [
    name,
    range === 'workspace:*' ? versions[name] : range.replace('catalog:', '*'),
  ]);
  return { ...published, dependencies: Object.fromEntries(plain) };
}

/** Packs a copy, so that the work tree is never touched. */
function pack({ folder, manifest }) {
  const copy = join(work, 'copy', manifest.name.replace('/', '-'));
  cpSync(folder, copy, {
    recursive: true,
    filter: (path) => !/\/(node_modules|\.turbo)(\/|$)/.test(path.slice(folder.length)),
  });
  writeFileSync(join(copy, 'package.json'), JSON.stringify(publishedManifest(manifest), null, 2));
  const [{ filename, size }] = JSON.parse(
    execFileSync('npm', ['pack', '--json', '--ignore-scripts', '--pack-destination', work], {
      cwd: copy,
      encoding: 'utf8',
    }),
  );
  console.log(`${manifest.name}  ${(size / 1024).toFixed(0)} kB packed`);
  return join(work, filename);
}

function install(tarball, name) {
  const target = join(work, 'consumer', 'node_modules', name);
  mkdirSync(target, { recursive: true });
  execFileSync('tar', ['-xzf', tarball, '-C', target, '--strip-components=1']);
}

/** Third-party packages come from the workspace: nothing is downloaded. */
function linkDependencies({ folder, manifest }) {
  for (const name of [...Object.keys(manifest.dependencies ?? {}), ...Object.keys(manifest.peerDependencies ?? {})]) {
    const target = join(work, 'consumer', 'node_modules', name);
    const source = join(folder, 'node_modules', name);
    if (name.startsWith('@swarm-tui/') || existsSync(target) || !existsSync(source)) continue;
    mkdirSync(dirname(target), { recursive: true });
    symlinkSync(source, target);
  }
}

function useFromOutside() {
  const entries = packages.flatMap(({ manifest }) =>
    Object.keys(manifest.exports ?? {})
      .filter((path) => path !== './package.json')
      .map((path) => manifest.name + path.slice(1)),
  );
  const consumer = join(work, 'consumer');
  mkdirSync(join(consumer, 'node_modules', '@types'), { recursive: true });
  symlinkSync(join(root, 'node_modules', '@types', 'node'), join(consumer, 'node_modules', '@types', 'node'));
  for (const name of ['vitest', 'fast-check']) {
    if (!existsSync(join(consumer, 'node_modules', name)))
      symlinkSync(join(root, 'node_modules', name), join(consumer, 'node_modules', name));
  }
  writeFileSync(join(consumer, 'package.json'), JSON.stringify({ type: 'module' }));
  writeFileSync(
    join(consumer, 'use.ts'),
    entries
      .map(
        (entry, index) => `import * as entry${index} from '${entry}';\nconsole.log(Object.keys(entry${index}).length);`,
      )
      .join('\n'),
  );
  const options = {
    module: 'nodenext',
    target: 'es2024',
    lib: ['es2024', 'esnext.disposable'],
    strict: true,
    noEmit: true,
    types: ['node'],
    skipLibCheck: false,
  };
  writeFileSync(join(consumer, 'tsconfig.json'), JSON.stringify({ compilerOptions: options, files: ['use.ts'] }));
  const types = run('tsc', ['-p', '.'], consumer);
  const ours = types.stdout.split('\n').filter((line) => line.includes('@swarm-tui') || line.startsWith('use.ts'));
  if (ours.length > 0) failures.push(`types from outside\n${ours.join('\n')}`);
  const importable = entries.filter((entry) => !entry.endsWith('/testing'));
  writeFileSync(join(consumer, 'use.mjs'), importable.map((entry) => `await import('${entry}');`).join('\n'));
  check('import from outside', run('node', ['use.mjs'], consumer));
}

try {
  for (const one of packages) {
    const tarball = pack(one);
    check(`publint ${one.manifest.name}`, run('publint', ['run', tarball, '--strict']));
    check(`license of ${one.manifest.name}`, run('tar', ['-tzf', tarball, 'package/LICENSE']));
    if (!one.manifest.exports) continue;
    check(`attw ${one.manifest.name}`, run('attw', [tarball, '--profile', 'esm-only', '--no-color']));
    install(tarball, one.manifest.name);
    linkDependencies(one);
  }
  useFromOutside();
} finally {
  rmSync(work, { recursive: true, force: true });
}
for (const failure of failures) console.log(failure);
process.exit(failures.length === 0 ? 0 : 1);
