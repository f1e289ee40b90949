import { homedir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { resolveStateDirectory } from './state-directory.ts';

it('follows the XDG rules, and is overridden', () => {
  expect(resolveStateDirectory({ HOME: '/home/me' })).toBe('/home/me/.local/state/swarm-tui');
  expect(resolveStateDirectory({ HOME: '/home/me', XDG_STATE_HOME: '/x' })).toBe('/x/swarm-tui');
  expect(resolveStateDirectory({ HOME: '/home/me', XDG_STATE_HOME: 'x' })).toBe('/home/me/.local/state/swarm-tui');
  expect(resolveStateDirectory({ XDG_STATE_HOME: '/x', SWARM_TUI_STATE_DIR: '/own' })).toBe('/own');
  expect(resolveStateDirectory({ XDG_STATE_HOME: '', SWARM_TUI_STATE_DIR: '', HOME: '' })).toBe(
    join(homedir(), '.local/state/swarm-tui'),
  );
});
