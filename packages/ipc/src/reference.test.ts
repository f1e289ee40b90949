import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { ipcErrorHints } from './errors.ts';
import { defaultLimits, type Limits } from './limits.ts';
import { reservedTypes } from './protocol/control.ts';

const page = join(import.meta.dirname, '../../../docs/protocols/ipc.md');
const limitMeanings: Readonly<Record<keyof Limits, string>> = {
  clients: 'connections at a time',
  frameBytes: 'a frame or line, in either direction',
  requestsInFlight: 'unanswered requests of one client',
  subscriptions: 'subjects and patterns of one client',
  handshakeMs: 'from connecting to the first bytes or the end of the upgrade',
  dropAboveBytes: 'unsent bytes of a client above which published messages are dropped for it',
  disconnectAboveBytes: 'unsent bytes of a client above which it is disconnected',
  drainMs: 'what a clean shutdown waits for requests, and again for last bytes',
};

function toTable(head: readonly [string, string], rows: Readonly<Record<string, string>>): string {
  const lines = Object.entries(rows).map(([name, meaning]) => `| \`${name}\` | ${meaning} |`);
  return [`| ${head.join(' | ')} |`, '|---|---|', ...lines].join('\n');
}

const tables: Readonly<Record<string, string>> = {
  types: toTable(['type', 'who sends it, and what it says'], reservedTypes),
  errors: toTable(['code', 'what to do'], ipcErrorHints),
  limits: toTable(
    ['limit', 'default, and of what'],
    Object.fromEntries(
      Object.entries(limitMeanings).map(([name, meaning]) => [name, `${Reflect.get(defaultLimits, name)}: ${meaning}`]),
    ),
  ),
};

/** Run once with UPDATE_DOCS=1 after a change of the constants. */
it('docs/protocols/ipc.md has the tables of the code', async () => {
  const text = await readFile(page, 'utf8');
  const marked = /(<!-- generated: (\w+) -->\n)[^]*?(<!-- \/generated -->)/g;
  const wanted = text.replace(
    marked,
    (_all, open: string, name: string, close: string) => `${open}${tables[name]}\n${close}`,
  );
  await (process.env.UPDATE_DOCS === '1' && writeFile(page, wanted));
  expect([...text.matchAll(marked)].map(([, , name]) => name)).toEqual(Object.keys(tables));
  expect(await readFile(page, 'utf8')).toBe(wanted);
});

it('README.md shows the example that is run', async () => {
  const example = await readFile(join(import.meta.dirname, '../examples/counter.ts'), 'utf8');
  expect(await readFile(join(import.meta.dirname, '../README.md'), 'utf8')).toContain(example);
});
