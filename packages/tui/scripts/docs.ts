// Writes the pages of docs/ that are made from the program: `node packages/tui/scripts/docs.ts`, after a build.
import { writeFileSync } from 'node:fs';
import { pages } from './pages/pages.ts';

for (const [name, render] of Object.entries(pages)) {
  writeFileSync(new URL(`../../../docs/${name}`, import.meta.url), await render());
}
