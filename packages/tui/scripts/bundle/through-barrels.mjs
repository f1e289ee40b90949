// esbuild cuts chunks by file: whoever imports one name of a package's index would load all that anybody imports from it.
// Imports from our own packages are therefore written as imports of the files behind their index.
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

const packages = /^@swarm-tui\/[a-z]+(?:\/[a-z]+)?$/;
const statement = /^(import|export)\s*\{([^}]*)\}\s*from\s*['"](@swarm-tui\/[a-z/]+)['"];?/gm;
const reexport = /^export\s*\{([^}]*)\}\s*from\s*['"](\.[^'"]+|@swarm-tui\/[a-z/]+)['"];?/gm;

/** esbuild plugin; `resolvePackage` gives the index file of one of our packages. */
export function throughBarrels(resolvePackage) {
  const barrels = new Map();
  const find = (name) => {
    if (!barrels.has(name)) barrels.set(name, readBarrel(resolvePackage(name), find));
    return barrels.get(name);
  };
  return {
    name: 'through-barrels',
    setup({ onLoad }) {
      onLoad({ filter: /[\\/]packages[\\/][a-z]+[\\/](?:src|dist)[\\/].*\.(?:js|ts|tsx)$/ }, ({ path }) => {
        const source = readFileSync(path, 'utf8');
        if (!source.includes('@swarm-tui/')) return undefined;
        const contents = source.replace(statement, (whole, verb, names, from) =>
          packages.test(from) ? rewrite(verb, names, find(from)) : whole,
        );
        return { contents, loader: path.endsWith('x') ? 'tsx' : path.endsWith('.ts') ? 'ts' : 'js' };
      });
    },
  };
}

function rewrite(verb, names, barrel) {
  const wanted = parseNames(names).filter(({ isType }) => !isType);
  // one line less or more would shift nothing that matters: sources of the bundle are not debugged by line
  return wanted
    .map(({ name, as }) => {
      const target = barrel.get(name);
      if (target === undefined) throw new Error(`${name} is not among the names of the package`);
      return `${verb} { ${target.name} as ${as} } from ${JSON.stringify(target.path)};`;
    })
    .join(' ');
}

/** Name → file and name behind it, through indexes of indexes. */
function readBarrel(path, find) {
  const source = readFileSync(path, 'utf8');
  const found = new Map();
  for (const [, names, from] of source.matchAll(reexport)) {
    for (const { name, as } of parseNames(names)) {
      found.set(as, packages.test(from) ? find(from).get(name) : follow(join(dirname(path), from), name, find));
    }
  }
  return found;
}

function follow(path, name, find) {
  if (!existsSync(path)) throw new Error(`${path} does not exist: build the packages first`);
  const isIndex = /[\\/]index\.js$/.test(path);
  return (isIndex ? readBarrel(path, find).get(name) : undefined) ?? { path, name };
}

function parseNames(text) {
  const words = text
    .replace(/\/\*[\s\S]*?\*\//g, '')
    .split(',')
    .map((word) => word.trim());
  return words
    .filter((word) => word !== '')
    .map((word) => {
      const isType = word.startsWith('type ');
      const [name, as = name] = word.replace(/^type /, '').split(/\s+as\s+/);
      return { name, as, isType };
    });
}
