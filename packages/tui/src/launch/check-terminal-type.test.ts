import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { requireTerminalType } from './check-terminal-type.ts';

const refuses = 'false';
const missing = '/nowhere/infocmp';
const path = process.env['PATH'];

it('says what to do about a terminal that is not described here', () => {
  expect(() => requireTerminalType({ TERM: 'no-such-term', PATH: path }, refuses)).toThrow(
    'TERM=no-such-term is not described on this machine. Try: TERM=xterm-256color swarm-tui',
  );
  expect(() => requireTerminalType({ SWARM_TUI_CALLED_AS: 'npm start' })).toThrow(
    'TERM is not set. Try: TERM=xterm-256color npm start',
  );
  expect(() => requireTerminalType({ TERM: '../../x', PATH: path }, refuses)).toThrow('is not described');
});

it.each(['m', '6d'])('finds the description in a folder named %s', (folder) => {
  const terminfo = mkdtempSync(join(tmpdir(), 'swarm-terminfo-'));
  onTestFinished(() => rmSync(terminfo, { recursive: true }));
  mkdirSync(join(terminfo, folder));
  writeFileSync(join(terminfo, folder, 'mine'), '');
  expect(() => requireTerminalType({ TERM: 'mine', TERMINFO: terminfo, PATH: path }, refuses)).not.toThrow();
  expect(() =>
    requireTerminalType({ TERM: 'mine', TERMINFO_DIRS: `/x:${terminfo}`, PATH: path }, refuses),
  ).not.toThrow();
});

it('asks infocmp, and leaves it to tmux where there is none', () => {
  expect(() => requireTerminalType({ TERM: 'no-such-term', PATH: path }, 'true')).not.toThrow();
  expect(() => requireTerminalType({ TERM: 'no-such-term', PATH: path }, missing)).not.toThrow();
});
