import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { LaunchError } from './launch-error.ts';
import type { Environment } from './ui-environment.ts';

/** Lets the person edit a text in their own editor, in this terminal. Null when it ended badly or nothing was written. */
export async function runEditor(text: string, env: Environment): Promise<string | null> {
  const directory = await mkdtemp(join(tmpdir(), 'swarm-edit-'));
  try {
    const path = join(directory, 'message.md');
    await writeFile(path, text, { mode: 0o600 });
    const [program = 'vi', ...args] = (env['VISUAL'] || env['EDITOR'] || 'vi')
      .split(/\s+/)
      .filter((word) => word !== '');
    const code = await runInTerminal([program, ...args, path]);
    return code === 0 ? (await readFile(path, 'utf8')).replace(/\n$/, '') : null;
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

function runInTerminal([program = '', ...args]: readonly string[]): Promise<number | null> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { stdio: 'inherit' });
    child.once('error', (cause) => {
      const message = `${program} could not be started (${cause.message}). Set EDITOR to your editor.`;
      reject(new LaunchError('editor-failed', message, { cause }));
    });
    child.once('close', resolve);
  });
}
