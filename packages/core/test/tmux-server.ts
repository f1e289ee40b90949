import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { onTestFinished } from 'vitest';
import { createControlTransport } from '../src/tmux/control-transport.ts';
import { createExecTransport } from '../src/tmux/exec-transport.ts';
import { withoutTmux } from '../src/tmux/without-tmux.ts';
import { TmuxService } from '../src/tmux/tmux-service.ts';
import type { TmuxTransport } from '../src/tmux/tmux-transport.ts';

const run = promisify(execFile);

export interface TestServer {
  readonly directory: string;
  readonly command: readonly string[];
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Runs tmux by hand, past everything of ours. */
  tmux(...argv: readonly string[]): Promise<string>;
  /** Kills the server of this test and waits until its processes are told. */
  kill(): Promise<void>;
}

/** A tmux server of the test's own, started with `config`; it and its directory go when the test ends. */
export async function startTestServer(config = '', session = 'contract'): Promise<TestServer> {
  const directory = await mkdtemp(join(tmpdir(), 'swarm-tmux-'));
  const file = join(directory, 'tmux.conf');
  await writeFile(file, `set -g default-shell /bin/sh\n${config}\n`);
  const env = { ...withoutTmux(process.env), HOME: directory, SHELL: '/bin/sh' };
  const command = ['tmux', '-S', join(directory, 'socket'), '-f', file];
  const tmux = async (...argv: readonly string[]): Promise<string> => {
    const { stdout } = await run('tmux', [...command.slice(1), '-u', ...argv], { env, cwd: directory });
    return stdout;
  };
  const kill = async (): Promise<void> => {
    await tmux('kill-server').catch(() => undefined);
  };
  onTestFinished(async () => {
    await kill();
    await rm(directory, { recursive: true, force: true });
  });
  await tmux('new-session', '-d', '-s', session, '-x', '80', '-y', '24', 'cat', '-');
  return { directory, command, env, tmux, kill };
}

export type TransportKind = TmuxTransport['kind'];

/** A service over the given kind of transport, disposed when the test ends. */
export function openService(server: TestServer, kind: TransportKind): TmuxService {
  const { command, env } = server;
  const transport =
    kind === 'control' ? createControlTransport({ command, env }) : createExecTransport({ command, env });
  const service = new TmuxService({ transport, server: { id: 'test', label: 'test', isLocal: true } });
  onTestFinished(() => service[Symbol.asyncDispose]());
  return service;
}
