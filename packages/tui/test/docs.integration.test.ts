import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { pages } from '../scripts/pages/pages.ts';
import { allCommands } from '../src/app/commands/all-commands.ts';
import { parseConfig } from '../src/config/load-config.ts';

const read = (name: string): string => readFileSync(new URL(`../../../docs/${name}`, import.meta.url), 'utf8');

it.each(Object.keys(pages))('has a current %s (node packages/tui/scripts/docs.ts)', async (name) => {
  expect(read(name)).toBe(await pages[name]?.());
});

it('documents a configuration that is valid and names commands that exist', () => {
  const example = /```toml\n([\s\S]*?)```/.exec(read('configuration.md'))?.[1] ?? '';
  const config = parseConfig(example, 'config.toml');
  const ids = new Set(allCommands.map(({ id }) => id));
  expect([...Object.keys(config.keys), ...Object.keys(config.leader_keys)].filter((id) => !ids.has(id))).toEqual([]);
  expect(config.providers['my-agent']?.program).toBe('my-agent');
});

it('names only commands of the command line that exist', () => {
  const cli = read('cli.md');
  const names = allCommands.flatMap(({ cli: name }) => (name === undefined ? [] : [name.split(' ')[0] ?? '']));
  expect(names.filter((name) => !cli.includes(`### swarm-tui ${name}`))).toEqual([]);
});
