// Says which relative links of the documentation lead nowhere.
import { existsSync, globSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';

const root = resolve(import.meta.dirname, '..');
const places = ['README.md', 'CONTRIBUTING.md', 'docs/**/*.md', 'packages/*/README.md'];

/** Targets of `[text](target)`, `![text](target "title")` and `[name]: target`, code left out. */
function findLinks(text) {
  const prose = text.replace(/^(```|~~~)[\s\S]*?^\1/gm, '').replace(/`[^`\n]*`/g, '');
  const inline = [...prose.matchAll(/\]\(<?([^)\s>]+)>?(?:\s+"[^"]*")?\)/g)];
  const named = [...prose.matchAll(/^\s*\[[^\]]+\]:\s*<?([^\s>]+)/gm)];
  return [...inline, ...named].map(([, target]) => target);
}

function leadsNowhere(file, target) {
  if (/^([a-z][a-z0-9+.-]*:|#)/i.test(target)) return false;
  return !existsSync(join(dirname(file), decodeURIComponent(target.replace(/[?#].*$/, ''))));
}

const files = places.flatMap((place) => globSync(place, { cwd: root })).map((file) => join(root, file));
const dead = files.flatMap((file) =>
  findLinks(readFileSync(file, 'utf8'))
    .filter((target) => leadsNowhere(file, target))
    .map((target) => `${relative(root, file)}: ${target}`),
);
for (const line of dead) console.log(line);
process.exit(files.length > 0 && dead.length === 0 ? 0 : 1);
