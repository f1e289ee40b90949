import { readFile, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { launcher, World } from './harness/world.ts';

const readme = await readFile(fileURLToPath(new URL('../packages/tui/README.md', import.meta.url)), 'utf8');

/** The first block of that language after a heading. */
function block(heading: string, language: string): string {
  const [, text = ''] = new RegExp(`## ${heading}\n[^]*?\`\`\`${language}\n([^]*?)\`\`\``).exec(readme) ?? [];
  return text;
}

it('prints what the README of the program says, when its example is run', async () => {
  await using world = await World.create();
  await symlink(launcher, join(world.directory, 'home', 'swarm-tui'));
  world.env['PATH'] = `${join(world.directory, 'home')}:${world.env['PATH'] ?? ''}`;
  const { code, stdout, stderr } = await world.run('sh', ['-e'], block('In scripts', 'sh'));
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  const said = block('In scripts', 'text');
  expect(said).not.toBe('');
  expect(stdout).toContain(`\n${said}`);
  expect(await world.json('ls')).toMatchObject({ agents: [] });
});

it('lists the exit codes that docs/cli.md lists', async () => {
  const cli = await readFile(fileURLToPath(new URL('../docs/cli.md', import.meta.url)), 'utf8');
  const codes = (text: string): readonly string[] =>
    [...text.matchAll(/^\| (\d+) +\| ([a-z ]*[a-z]) +\|$/gm)].map(([, code, means]) => `${code} ${means}`);
  expect(codes(readme)).toEqual(codes(cli));
  expect(codes(cli)).toContain('124 timed out');
});
