import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { resolveHubPaths } from './hub-paths.ts';

function createRuntimeDirectory(): string {
  const directory = mkdtempSync(join(tmpdir(), 'swarm-run-'));
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
  return directory;
}

it('follows the XDG rules', () => {
  const runtime = createRuntimeDirectory();
  expect(resolveHubPaths({ XDG_STATE_HOME: '/s', XDG_RUNTIME_DIR: runtime }, '/home/me')).toEqual({
    stateDirectory: '/s/swarm-tui',
    socketPath: `${runtime}/swarm-tui/hub.sock`,
    fallbackSocketPath: '/s/swarm-tui/hub.sock',
    logPath: '/s/swarm-tui/hub.log',
  });
});

it.each([
  ['is not set', {}],
  ['is empty', { XDG_RUNTIME_DIR: '' }],
  ['is gone', { XDG_RUNTIME_DIR: '/run/user/nobody-4711' }],
  ['is relative', { XDG_RUNTIME_DIR: 'run' }],
])('puts the socket into the state directory when XDG_RUNTIME_DIR %s', (_, env) => {
  const paths = resolveHubPaths({ ...env, XDG_STATE_HOME: 'relative' }, '/home/me');
  expect(paths.stateDirectory).toBe('/home/me/.local/state/swarm-tui');
  expect(paths.socketPath).toBe('/home/me/.local/state/swarm-tui/hub.sock');
});

it('keeps a second fleet apart from the common one, socket included', () => {
  const XDG_RUNTIME_DIR = createRuntimeDirectory();
  const other = resolveHubPaths({ XDG_RUNTIME_DIR, SWARM_TUI_STATE_DIR: '/other' }, '/home/me');
  expect(other).toMatchObject({ stateDirectory: '/other', socketPath: '/other/hub.sock' });
  const named = resolveHubPaths({ XDG_RUNTIME_DIR, SWARM_TUI_STATE_DIR: '/other', SWARM_TUI_SOCKET: '/x/y.sock' }, '/');
  expect(named.socketPath).toBe('/x/y.sock');
});

it('makes a long socket path short, and the same one each time', () => {
  const state = `/${'very-long-directory-name/'.repeat(8)}`;
  const { socketPath } = resolveHubPaths({ SWARM_TUI_STATE_DIR: state }, '/home/me');
  expect(Buffer.byteLength(socketPath)).toBeLessThanOrEqual(100);
  expect(socketPath).toContain(`swarm-tui-${process.getuid?.()}`);
  expect(resolveHubPaths({ SWARM_TUI_STATE_DIR: state }, '/home/me').socketPath).toBe(socketPath);
  expect(resolveHubPaths({ SWARM_TUI_STATE_DIR: `${state}2` }, '/home/me').socketPath).not.toBe(socketPath);
});
