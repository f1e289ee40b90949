import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { findProgram } from './find-program.ts';

async function createFolder(): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'swarm-find-'));
  onTestFinished(() => rm(directory, { recursive: true, force: true }));
  await mkdir(join(directory, 'bin', 'folder'), { recursive: true });
  await writeFile(join(directory, 'bin', 'tool'), '');
  await chmod(join(directory, 'bin', 'tool'), 0o755);
  await writeFile(join(directory, 'bin', 'text'), '');
  return directory;
}

it('finds a program on the PATH it is given, and on no other', async () => {
  const directory = await createFolder();
  expect(findProgram('tool', { path: `/nowhere:${directory}/bin`, directory })).toBe(join(directory, 'bin', 'tool'));
  expect(findProgram('tool', { path: '/nowhere', directory })).toBeUndefined();
  expect(findProgram('sh', { directory })).toMatch(/\/sh$/);
});

it('takes a path relative to the directory, not through PATH', async () => {
  const directory = await createFolder();
  expect(findProgram('bin/tool', { path: '/nowhere', directory })).toBe(join(directory, 'bin', 'tool'));
  expect(findProgram('tool', { path: 'bin', directory })).toBe(join(directory, 'bin', 'tool'));
});

it('takes neither a folder, nor a file that is not executable, nor nothing', async () => {
  const directory = await createFolder();
  const search = { path: `${directory}/bin`, directory };
  expect(findProgram('folder', search)).toBeUndefined();
  expect(findProgram('', search)).toBeUndefined();
  expect(findProgram(`${directory}/bin/absent`, search)).toBeUndefined();
});
