import { describe, expect, it } from 'vitest';
import { asCalled, callUi } from './called-as.ts';

const npm = { SWARM_TUI_CALLED_AS: 'npm start' };
const npx = { npm_command: 'exec', npm_lifecycle_event: 'npx' };

describe('callUi', () => {
  it('knows the ways to start it', () => {
    expect(callUi({})).toBe('swarm-tui');
    expect(callUi(npm)).toBe('npm start');
    expect(callUi(npx)).toBe('npx swarm-tui');
    expect(callUi({ ...npx, npm_config_package: 'node@24\n\n./s.tgz' })).toBe('npx -p node@24 -p ./s.tgz swarm-tui');
  });

  it('takes no other script of npm for npx', () => {
    expect(callUi({ npm_command: 'run-script', npm_lifecycle_event: 'test' })).toBe('swarm-tui');
  });
});

describe('asCalled', () => {
  it.each([
    ['List them: swarm-tui ls', 'List them: npm start -- ls'],
    ['Run: swarm-tui hub stop', 'Run: npm start -- hub stop'],
    ['eval "$(swarm-tui completion bash)"', 'eval "$(npm start -- completion bash)"'],
    ['Usage: swarm-tui [options] [command]', 'Usage: npm start -- [options] [command]'],
    ['No provider. `swarm-tui doctor` lists them', 'No provider. `npm start -- doctor` lists them'],
  ])('writes %s as %s in a clone', (text, wanted) => {
    expect(asCalled(text, npm)).toBe(wanted);
    expect(asCalled(text, {})).toBe(text);
  });

  it.each(['swarm-tui needs Node 22', 'swarm-tui: No agent', '/run/swarm-tui ls', '@swarm-tui/hub', 'swarm-tui lsx'])(
    'leaves %s alone',
    (text) => {
      expect(asCalled(text, npm)).toBe(text);
    },
  );
});
