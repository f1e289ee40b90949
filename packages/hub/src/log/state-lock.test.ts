import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { lockStateDirectory } from './state-lock.ts';

function stateDirectory(): string {
  const directory = mkdtempSync(join(tmpdir(), 'swarm-lock-'));
  onTestFinished(() => rmSync(directory, { recursive: true }));
  return directory;
}

it('gives the directory to one holder at a time', () => {
  const directory = stateDirectory();
  const first = lockStateDirectory(directory, 0);
  expect(() => lockStateDirectory(directory, 0)).toThrow(/Another hub holds/);
  first[Symbol.dispose]();
  lockStateDirectory(directory, 0)[Symbol.dispose]();
});

it('takes a damaged lock file for an empty one, in the same file', () => {
  const directory = stateDirectory();
  const path = join(directory, 'lock.db');
  writeFileSync(path, Buffer.alloc(9000, 'nonsense '));
  const { ino } = statSync(path);
  using _held = lockStateDirectory(directory, 0);
  expect(statSync(path).ino).toBe(ino);
  expect(() => lockStateDirectory(directory, 0)).toThrow(/Another hub holds/);
});
