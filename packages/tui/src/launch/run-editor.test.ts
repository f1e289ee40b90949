import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { runEditor } from './run-editor.ts';

function editor(script: string): string {
  const directory = mkdtempSync(join(tmpdir(), 'swarm-editor-'));
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
  const path = join(directory, 'ed');
  writeFileSync(path, `#!/bin/sh\n${script}\n`);
  chmodSync(path, 0o755);
  return path;
}

describe('runEditor', () => {
  it('gives what was saved, with the words of $EDITOR before the file', async () => {
    const path = editor('[ "$1" = --wait ] && printf "more\\n" >> "$2"');
    expect(await runEditor('text\n', { EDITOR: `${path} --wait` })).toBe('text\nmore');
  });

  it('prefers VISUAL, and gives null when the editor failed', async () => {
    expect(await runEditor('text', { VISUAL: editor('exit 1'), EDITOR: 'true' })).toBeNull();
  });

  it('says when there is no such editor', async () => {
    await expect(runEditor('text', { EDITOR: '/nowhere/ed' })).rejects.toThrow(/ENOENT.*Set EDITOR/);
  });
});
