import { readFile, rm, writeFile } from 'node:fs/promises';
import { RuntimeError } from '../errors.ts';

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}

async function readPid(path: string): Promise<number | null> {
  try {
    const pid = Number.parseInt(await readFile(path, 'utf8'), 10);
    return Number.isSafeInteger(pid) && pid > 0 ? pid : null;
  } catch {
    return null;
  }
}

async function tryWrite(path: string): Promise<boolean> {
  try {
    await writeFile(path, `${process.pid}\n`, { flag: 'wx', mode: 0o600 });
    return true;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return false;
    throw new RuntimeError('permission-denied', `The PID file ${path} cannot be written.`, { cause: error });
  }
}

/**
 * Writes this process's id into a file and takes it away on dispose. Rejects with `agent-exists` when the process
 * named there is alive; a file left by a dead one is replaced.
 */
export async function holdPidFile(path: string): Promise<AsyncDisposable> {
  if (!(await tryWrite(path))) {
    const pid = await readPid(path);
    if (pid !== null && pid !== process.pid && isAlive(pid)) {
      const hint = `Stop it first (kill ${pid}), or remove the file if ${pid} is another program.`;
      throw new RuntimeError('agent-exists', `A supervisor with process id ${pid} runs already (${path}).`, { hint });
    }
    await rm(path, { force: true });
    if (!(await tryWrite(path))) throw new RuntimeError('agent-exists', `Another supervisor took ${path} just now.`);
  }
  return {
    async [Symbol.asyncDispose]() {
      if ((await readPid(path)) === process.pid) await rm(path, { force: true });
    },
  };
}
