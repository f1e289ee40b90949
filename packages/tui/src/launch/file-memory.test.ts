import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { FileMemory } from './file-memory.ts';

function place(): string {
  const directory = mkdtempSync(join(tmpdir(), 'swarm-memory-'));
  onTestFinished(() => rmSync(directory, { recursive: true }));
  return join(directory, 'state', 'ui.json');
}

const saved = (path: string): unknown => JSON.parse(readFileSync(path, 'utf8'));

describe('FileMemory', () => {
  it('gives back what was saved, from a file that only its owner reads', async () => {
    const path = place();
    expect(await new FileMemory(path).load()).toBeUndefined();
    await new FileMemory(path).save({ palette: ['help'] });
    expect(await new FileMemory(path).load()).toEqual({ palette: ['help'] });
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(statSync(dirname(path)).mode & 0o777).toBe(0o700);
    expect(readdirSync(dirname(path))).toEqual(['ui.json']);
  });

  it('keeps what another UI wrote meanwhile, field by field', async () => {
    const path = place();
    const [first, second] = [new FileMemory(path), new FileMemory(path)];
    await first.save({ palette: [], drafts: {} });
    await second.load();
    await first.save({ palette: ['a'], drafts: {} });
    await second.save({ palette: [], drafts: { x: 'text' } });
    expect(saved(path)).toEqual({ palette: ['a'], drafts: { x: 'text' } });
    await second.save({ palette: ['b'], drafts: { x: 'text' } });
    expect(saved(path)).toEqual({ palette: ['b'], drafts: { x: 'text' } });
  });

  it.each(['{"palette": [', '[]', ''])('sets a damaged file aside and begins anew: %j', async (text) => {
    const path = place();
    mkdirSync(dirname(path));
    writeFileSync(path, text);
    const memory = new FileMemory(path);
    expect(await memory.load()).toBeUndefined();
    await memory.save({ palette: ['a'] });
    expect(saved(path)).toEqual({ palette: ['a'] });
    expect(readFileSync(`${path}.damaged`, 'utf8')).toBe(text);
    expect(memory.setAside).toBe(`${path}.damaged`);
  });

  it('has written everything once it is settled', async () => {
    const path = place();
    const memory = new FileMemory(path);
    void memory.save({ palette: ['a'] });
    void memory.save({ palette: ['a', 'b'] });
    await memory.settled();
    expect(saved(path)).toEqual({ palette: ['a', 'b'] });
  });

  it('rejects what cannot be written, leaves nothing behind, and settles all the same', async () => {
    const path = place();
    mkdirSync(path, { recursive: true });
    const memory = new FileMemory(path);
    await expect(memory.save({ palette: [] })).rejects.toThrow(/EISDIR/);
    await memory.settled();
    expect(readdirSync(dirname(path))).toEqual(['ui.json']);
    expect(existsSync(`${path}.damaged`)).toBe(false);
  });
});
