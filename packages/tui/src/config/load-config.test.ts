import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { ConfigError } from './config-error.ts';
import { configPath, loadBindings, loadConfig, parseConfig } from './load-config.ts';

function failure(text: string): ConfigError {
  try {
    parseConfig(text, '/home/me/.config/swarm-tui/config.toml');
  } catch (error) {
    if (error instanceof ConfigError) return error;
    throw error;
  }
  throw new Error('the text was accepted');
}

describe('parseConfig', () => {
  it('fills in defaults', () => {
    expect(parseConfig('', 'x')).toMatchObject({ leader: 'C-]', theme: 'auto', keys: {} });
  });

  it('names the line of a wrong value', () => {
    expect(failure('ascii = true\n\n# colours\ntheme = "pink"\n').message).toMatch(/^config\.toml line 4: "theme" /);
    expect(failure('[keys]\nspawn = ["n"]\nkill = "x"\n').message).toMatch(
      /^config\.toml line 3: "keys\.kill" expected array/,
    );
    expect(failure('[providers.mine]\nprogram = "m"\nargs = [1]\n').message).toMatch(
      /^config\.toml line 3: "providers\.mine\.args\.0"/,
    );
  });

  it('names the line of a setting that does not exist', () => {
    expect(failure('ascii = true\nthmee = "dark"').message).toBe(
      'config.toml line 2: "thmee" is no setting. Did you mean theme?',
    );
    expect(failure('colour = "dark"').message).toBe('config.toml line 1: "colour" is no setting.');
  });

  it('names the line of a text that is no TOML', () => {
    const { message, excerpt } = failure('ascii = true\ntheme = dark\n');
    expect(message).toBe('config.toml line 2, column 9: "theme": a text needs quotes: theme = "dark".');
    expect(excerpt).toBe('theme = dark\n        ^');
  });

  it('names all that is wrong, in the order of the file', () => {
    const { message, mistakes } = failure('tehme = "dark"\nascii = 1\ntheme = "pink"\n[provders]\n');
    expect(mistakes).toEqual([
      'config.toml line 1: "tehme" is no setting. Did you mean theme?',
      expect.stringMatching(/^config\.toml line 2: "ascii" expected boolean/),
      expect.stringMatching(/^config\.toml line 3: "theme" /),
      'config.toml line 4: "provders" is no setting. Did you mean providers?',
    ]);
    expect(message).toBe(`${mistakes[0]} 3 more: swarm-tui doctor.`);
  });

  it('refuses keys that programs need as the leader', () => {
    expect(failure('leader = "C-c"').message).toBe(
      'config.toml line 1: "leader" cannot be this key: programs need it.',
    );
  });
});

describe('loadConfig', () => {
  it('takes a missing file as no wishes, but not one that was named', () => {
    const env = { XDG_CONFIG_HOME: '/nowhere' };
    expect(loadConfig({ env }).ascii).toBe(false);
    expect(() => loadConfig({ env, file: '/nowhere/my.toml' })).toThrow(/my\.toml cannot be read/);
  });

  it('reads the file', () => {
    const directory = mkdtempSync(join(tmpdir(), 'swarm-config-'));
    onTestFinished(() => rmSync(directory, { recursive: true }));
    writeFileSync(join(directory, 'config.toml'), 'theme = "light"');
    expect(loadConfig({ env: {}, file: join(directory, 'config.toml') }).theme).toBe('light');
  });

  it('takes nothing that is no file, and waits for nobody to write it', () => {
    const directory = mkdtempSync(join(tmpdir(), 'swarm-config-'));
    onTestFinished(() => rmSync(directory, { recursive: true }));
    execFileSync('mkfifo', [join(directory, 'pipe')]);
    for (const file of [join(directory, 'pipe'), directory, '/dev/zero'])
      expect(() => loadConfig({ env: {}, file })).toThrow(/is no regular file/);
    expect(loadConfig({ env: {}, file: '/dev/null' }).ascii).toBe(false);
  });

  it('finds the keys of a file that is wrong elsewhere', () => {
    const directory = mkdtempSync(join(tmpdir(), 'swarm-config-'));
    onTestFinished(() => rmSync(directory, { recursive: true }));
    const file = join(directory, 'config.toml');
    writeFileSync(file, 'theme = "pink"\n[keys]\nsplit-rihgt = ["x"]\n[leader_keys]\nopen = "no list"\n');
    expect(loadBindings({ env: {}, file })).toEqual({ keys: { 'split-rihgt': ['x'] }, leader_keys: {} });
    expect(loadBindings({ env: {}, file: directory })).toEqual({ keys: {}, leader_keys: {} });
  });

  it('looks where XDG says, and ignores a relative directory', () => {
    expect(configPath({ XDG_CONFIG_HOME: '/c', HOME: '/h' })).toBe('/c/swarm-tui/config.toml');
    expect(configPath({ XDG_CONFIG_HOME: 'c', HOME: '/h' })).toBe('/h/.config/swarm-tui/config.toml');
  });
});
