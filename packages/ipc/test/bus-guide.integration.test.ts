import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';

it('the guide of the bus shows its example, and what it prints', async () => {
  const example = join(import.meta.dirname, '../examples/bus.ts');
  const guide = await readFile(join(import.meta.dirname, '../../../docs/guides/bus.md'), 'utf8');
  const flags = ['--disable-warning=ExperimentalWarning'];
  const { stdout, stderr } = await promisify(execFile)(process.execPath, [...flags, example]);
  expect(stderr).toBe('');
  expect(guide).toContain(`\`\`\`ts\n${(await readFile(example, 'utf8')).trimEnd()}\n\`\`\``);
  expect(guide).toContain(`\`\`\`\n${stdout.trimEnd()}\n\`\`\``);
});
