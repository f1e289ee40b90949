import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { makeDirectory } from './make-directory.ts';

it('makes what is missing, for this person alone, and leaves what is there', () => {
  const base = mkdtempSync(join(tmpdir(), 'swarm-mkdir-'));
  onTestFinished(() => rmSync(base, { recursive: true }));
  for (const _ of [1, 2]) makeDirectory(join(base, 'a', 'b', 'c'));
  expect(statSync(join(base, 'a', 'b', 'c')).mode & 0o777).toBe(0o700);
  expect(statSync(join(base, 'a')).mode & 0o777).toBe(0o700);
  writeFileSync(join(base, 'file'), '');
  expect(() => makeDirectory(join(base, 'file'))).toThrow(/EEXIST/);
  expect(() => makeDirectory(join(base, 'file', 'below'))).toThrow(/ENOTDIR/);
});

it.runIf(process.platform === 'linux')('says so where nothing can be made', () => {
  expect(() => makeDirectory('/proc/nope/a/b')).toThrow(/ENOENT/);
});
