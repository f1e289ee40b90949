import { mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { fingerprintTree } from './fingerprint-tree.ts';

it('stays while nothing is written and changes with each file, size and write', async () => {
  const top = mkdtempSync(join(tmpdir(), 'swarm-mark-'));
  onTestFinished(() => rmSync(top, { recursive: true, force: true }));
  const take = (...untracked: readonly string[]) => fingerprintTree(top, ['a', ...untracked]);
  const seen = [await take()];
  const news = async (print: Promise<string>): Promise<void> => {
    const next = await print;
    expect(seen).not.toContain(next);
    seen.push(next);
  };
  writeFileSync(join(top, 'a'), '1');
  await news(take());
  expect(await take()).toBe(seen.at(-1));
  writeFileSync(join(top, 'a'), '12');
  await news(take());
  utimesSync(join(top, 'a'), 1, 1);
  await news(take());
  await news(take('b'));
  writeFileSync(join(top, 'b'), '');
  await news(take('b'));
  rmSync(join(top, 'a'));
  await news(take('b'));
});

it('looks into a directory that counts as one', async () => {
  const top = mkdtempSync(join(tmpdir(), 'swarm-mark-'));
  onTestFinished(() => rmSync(top, { recursive: true, force: true }));
  mkdirSync(join(top, 'ignored', 'deep'), { recursive: true });
  writeFileSync(join(top, 'ignored', 'deep', 'secret'), '1');
  const take = () => fingerprintTree(top, ['ignored/']);
  const before = await take();
  expect(await take()).toBe(before);
  writeFileSync(join(top, 'ignored', 'deep', 'secret'), '22');
  expect(await take()).not.toBe(before);
});
