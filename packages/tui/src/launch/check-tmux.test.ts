import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { diagnoseTmux } from './check-tmux.ts';

function fakeTmux(version: string): string {
  const directory = mkdtempSync(join(tmpdir(), 'swarm-tmux-'));
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
  const path = join(directory, 'tmux');
  writeFileSync(path, `#!/bin/sh\necho '${version}'\n`);
  chmodSync(path, 0o755);
  return path;
}

describe('diagnoseTmux', () => {
  it('names the install command when there is no tmux', () => {
    const error = diagnoseTmux('', '/nowhere/tmux');
    expect(error.code).toBe('tmux-missing');
    expect(error.message).toMatch(/^No tmux found\. Install it: \S.+tmux/);
  });

  it('says what is needed when tmux is too old, in one line', () => {
    const error = diagnoseTmux('unknown flag -e', fakeTmux('tmux 3.1c'));
    expect(error.code).toBe('tmux-too-old');
    expect(error.message).toMatch(/^tmux 3\.1c is too old.*3\.2.*$/);
    expect(error.message.split('\n')).toHaveLength(1);
  });

  it('repeats what a good tmux said', () => {
    expect(diagnoseTmux('duplicate session: swarm\n', fakeTmux('tmux 3.4')).message).toBe(
      'tmux did not open the UI: duplicate session: swarm',
    );
  });
});
