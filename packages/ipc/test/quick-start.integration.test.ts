import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';

const run = promisify(execFile);

/** The parts of Node, and the modules of this package, that an import loads. */
async function loadedBy(name: string): Promise<{ readonly parts: readonly string[]; readonly stderr: string }> {
  const script = `await import('${name}'); console.log(JSON.stringify(process.moduleLoadList))`;
  const { stdout, stderr } = await run(process.execPath, ['--input-type=module', '-e', script], {
    cwd: new URL('..', import.meta.url),
  });
  return { parts: JSON.parse(stdout) as readonly string[], stderr };
}

it.each(['@swarm-tui/ipc', '@swarm-tui/ipc/client'])(
  'loads no database with %s, and prints no warning',
  async (name) => {
    const { parts, stderr } = await loadedBy(name);
    expect(parts).toContain('NativeModule net');
    expect(parts.filter((part) => /sqlite/.test(part))).toEqual([]);
    expect(stderr).toBe('');
  },
);

it('loads no thread, TLS or WebSocket with the client', async () => {
  const { parts } = await loadedBy('@swarm-tui/ipc/client');
  expect(parts.filter((part) => /^NativeModule (?:worker_threads|tls|http|zlib)$/.test(part))).toEqual([]);
});
