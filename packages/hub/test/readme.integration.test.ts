import { execFile } from 'node:child_process';
import { readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, it, onTestFinished } from 'vitest';
import { program } from './hub-command.ts';
import { connect, createWorld } from './hub-world.ts';

const run = promisify(execFile);
const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8');

function source(name: string): string {
  return readFileSync(new URL(`../examples/${name}`, import.meta.url), 'utf8').trim();
}

it.each(['embed.ts', 'client.ts'])('shows %s as it is', (name) => {
  expect(readme).toContain(`\`\`\`ts\n${source(name)}\n\`\`\``);
});

it('prints what it says when a fleet is embedded', async () => {
  const { TMUX: _tmux, TMUX_PANE: _pane, ...env } = process.env;
  const example = fileURLToPath(new URL('../examples/embed.ts', import.meta.url));
  const running = run(process.execPath, [example], { env: { ...env, TMUX_TMPDIR: tmpdir() } });
  const socket = `my-fleet-${running.child.pid}`;
  onTestFinished(async () => {
    await run('tmux', ['-L', socket, 'kill-server'], { env: { ...env, TMUX_TMPDIR: tmpdir() } }).catch(() => null);
    rmSync(join(tmpdir(), `tmux-${process.getuid?.()}`, socket), { force: true });
  });
  const { stdout, stderr } = await running;
  expect(readme).toContain(`\`\`\`\n${stdout.trim()}\n\`\`\``);
  // No warning that SQLite is experimental either.
  expect(stderr).toBe('');
});

it('connects as a client to a hub that runs', async () => {
  const paths = createWorld();
  await connect(paths, '0.1.0');
  const [node = '', ...args] = program('../examples/client.ts');
  const env = { ...process.env, SWARM_TUI_STATE_DIR: paths.stateDirectory, SWARM_TUI_SOCKET: paths.socketPath };
  const { stdout } = await run(node, args, { env });
  expect(stdout).toBe('a1 is running\nfix-login\n');
});
