import { expect, it } from 'vitest';
import { plainEnvironment } from './plain-environment.ts';

it('keeps what is the person’s', () => {
  const env = { HOME: '/h', PATH: '/bin', SECRET: 'a\nb', LC_ALL: 'C', npm_config_registry: 'https://mine', EMPTY: '' };
  expect(plainEnvironment(env)).toEqual(env);
});

it('leaves out what a terminal, tmux, npm and this program have set for themselves', () => {
  const theirs = {
    TMUX: '/tmp/t,1,0',
    TMUX_PANE: '%1',
    TERM: 'tmux',
    TERM_PROGRAM_VERSION: '3',
    COLUMNS: '80',
    PWD: '/x',
    SWARM_TUI_CALLED_AS: 'npm start',
    SWARM_TUI_SOCKET: '/s',
    npm_command: 'exec',
    npm_lifecycle_event: 'npx',
    npm_package_json: '/x/package.json',
    npm_config_package: 'swarm-tui',
    INIT_CWD: '/x',
    'BASH_FUNC_x%%': '() { :; }',
    GONE: undefined,
  };
  expect(plainEnvironment({ ...theirs, HOME: '/h' })).toEqual({ HOME: '/h' });
});
