import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { expect, it, onTestFinished, vi } from 'vitest';

it('the example prints what the README says', async () => {
  const log = vi.spyOn(console, 'log').mockImplementation(() => undefined);
  onTestFinished(() => log.mockRestore());
  await import('../examples/counter.ts');
  const printed = log.mock.calls.map((words) =>
    words.map((word) => (typeof word === 'string' ? word : inspect(word))).join(' '),
  );
  expect(printed).toHaveLength(3);
  expect(await readFile(join(import.meta.dirname, '../README.md'), 'utf8')).toContain(
    `\`\`\`\n${printed.join('\n')}\n\`\`\``,
  );
});
