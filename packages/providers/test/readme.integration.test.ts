import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';

const root = join(import.meta.dirname, '..');
const example = join(root, 'examples', 'launch-lines.ts');

it('shows the example as it is, and what it prints', async () => {
  const readme = await readFile(join(root, 'README.md'), 'utf8');
  const { stdout } = await promisify(execFile)(process.execPath, [example]);
  expect(readme).toContain(`\`\`\`ts\n${await readFile(example, 'utf8')}\`\`\``);
  expect(readme).toContain(`\`\`\`text\n${stdout}\`\`\``);
});
