import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { LocalDirectories } from './local-directories.ts';

function world(...folders: readonly string[]): { readonly home: string; readonly directories: LocalDirectories } {
  const home = mkdtempSync(join(tmpdir(), 'swarm-dirs-'));
  onTestFinished(() => rmSync(home, { recursive: true }));
  for (const folder of folders) mkdirSync(join(home, folder), { recursive: true });
  return { home, directories: new LocalDirectories({ env: { HOME: home }, directory: join(home, 'work') }) };
}

describe('complete', () => {
  it('offers directories alone, links to them too, in order', async () => {
    const { home, directories } = world('work/shop-web', 'work/shop-api', 'work/other');
    writeFileSync(join(home, 'work', 'shop.txt'), '');
    symlinkSync(join(home, 'work', 'other'), join(home, 'work', 'shop-link'));
    symlinkSync('/nowhere', join(home, 'work', 'shop-gone'));
    const expected = ['shop-api/', 'shop-link/', 'shop-web/'];
    expect(await directories.complete('shop')).toEqual(expected);
    expect(await directories.complete(`${home}/work/sh`)).toEqual(expected.map((name) => `${home}/work/${name}`));
  });

  it('keeps ~ and $HOME as they were typed', async () => {
    const { directories } = world('work');
    expect(await directories.complete('~/w')).toEqual(['~/work/']);
    expect(await directories.complete('$HOME/w')).toEqual(['$HOME/work/']);
    expect(await directories.complete('~')).toEqual(['~/']);
    expect(await directories.complete('../..')).toEqual(['../../']);
  });

  it('shows hidden ones only when a dot was typed', async () => {
    const { directories } = world('work/.git', 'work/src');
    expect(await directories.complete('')).toEqual(['src/']);
    expect(await directories.complete('.')).toEqual(['.git/']);
  });

  it('offers at most 50, and nothing where nothing can be read', async () => {
    const { directories } = world(...Array.from({ length: 60 }, (_, index) => `work/d${index}`));
    expect(await directories.complete('d')).toHaveLength(50);
    expect(await directories.complete('/nowhere/x')).toEqual([]);
  });

  it('leaves out names that would write on the screen', async () => {
    const { directories } = world('work/good', 'work/go\nod', 'work/go\u001b[2Jod');
    expect(await directories.complete('go')).toEqual(['good/']);
  });

  it('ends when nobody waits any more', async () => {
    const { directories } = world('work/a');
    await expect(directories.complete('', { signal: AbortSignal.abort(new Error('left')) })).rejects.toThrow('left');
  });
});

describe('paths', () => {
  it('are resolved from ~, $HOME and where the program was started', () => {
    const { home, directories } = world();
    const paths = ['~', '~/a/', '$HOME/a', 'a', '../a', '/a', '', '~other', '$HOMER'];
    expect(paths.map((path) => directories.resolve(path))).toEqual([
      home,
      `${home}/a`,
      `${home}/a`,
      `${home}/work/a`,
      `${home}/a`,
      '/a',
      `${home}/work`,
      `${home}/work/~other`,
      `${home}/work/$HOMER`,
    ]);
  });

  it('are shortened where they lie in the home directory', () => {
    const { home, directories } = world();
    const paths = [home, `${home}/a`, `${home}more/a`, '/etc'];
    expect(paths.map((path) => directories.shorten(path))).toEqual(['~', '~/a', `${home}more/a`, '/etc']);
  });
});
