import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { readLogTail } from './log-tail.ts';

function log(text: string): string {
  const directory = mkdtempSync(join(tmpdir(), 'swarm-log-'));
  onTestFinished(() => rmSync(directory, { recursive: true }));
  const path = join(directory, 'hub.log');
  writeFileSync(path, text);
  return path;
}

const numbered = (count: number, fill = ''): string =>
  Array.from({ length: count }, (_, index) => `line ${index}${fill}\n`).join('');

describe('readLogTail', () => {
  it('gives the last 200 lines', async () => {
    const lines = (await readLogTail(log(numbered(500)))).split('\n');
    expect(lines).toHaveLength(200);
    expect([lines.at(0), lines.at(-1)]).toEqual(['line 300', 'line 499']);
  });

  it('reads whole lines of a large file from its end', async () => {
    const lines = (await readLogTail(log(numbered(1000, 'x'.repeat(4000))))).split('\n');
    expect(lines.length).toBeGreaterThan(50);
    expect(lines.length).toBeLessThan(70);
    expect(lines[0]).toMatch(/^line \d+x+$/);
    expect(lines.at(-1)).toMatch(/^line 999x/);
  });

  it('lets nothing through that a terminal would obey', async () => {
    expect(await readLogTail(log('{"a":"\u001b[2J"}\nb\n'))).toBe('{"a":"\uFFFD[2J"}\nb');
  });

  it('says when there is none, or nothing in it', async () => {
    expect(await readLogTail('/nowhere/hub.log')).toContain('there is no /nowhere/hub.log');
    expect(await readLogTail(log(''))).toBe('');
  });
});
