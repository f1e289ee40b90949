import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';

/** What a program has loaded after `code`, as far as it is heavy. */
async function findHeavyModules(code: string): Promise<readonly string[]> {
  const list = `console.log(JSON.stringify(process.moduleLoadList.filter((name) => /NativeModule (http|_http_server|zlib|tls)$/.test(name))));`;
  const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '-e', `${code};${list}`], {
    cwd: import.meta.dirname,
  });
  return JSON.parse(stdout);
}

it('the client entry loads no WebSocket and HTTP code by itself', async () => {
  expect(await findHeavyModules(`await import('@swarm-tui/ipc/client')`)).toEqual([]);
  // Proof that the question can be answered with something else.
  expect(await findHeavyModules(`await import('@swarm-tui/ipc')`)).not.toEqual([]);
});
