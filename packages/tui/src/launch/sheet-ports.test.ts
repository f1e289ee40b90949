import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createSheetPorts, type SheetPortsOptions } from './sheet-ports.ts';

function world({ config = '', ready = Promise.resolve() }: { config?: string; ready?: Promise<void> } = {}) {
  const home = mkdtempSync(join(tmpdir(), 'swarm-ports-'));
  onTestFinished(() => rmSync(home, { recursive: true }));
  for (const name of ['bin', 'state']) mkdirSync(join(home, name), { mode: 0o700 });
  const configFile = join(home, 'config.toml');
  writeFileSync(configFile, config);
  const env = { HOME: home, PATH: join(home, 'bin'), SWARM_TUI_STATE_DIR: join(home, 'state') };
  const program = (name: string): void => {
    writeFileSync(join(home, 'bin', name), '#!/bin/sh\n');
    chmodSync(join(home, 'bin', name), 0o755);
  };
  const open = (more: Partial<SheetPortsOptions> = {}) =>
    createSheetPorts({ env, directory: join(home, 'work'), settings: { configFile }, ready, ...more });
  return { home, env, program, open };
}

/** What these providers can do after a restart. */
const goesOn = { canResume: true, canContinue: true };

describe('machine', () => {
  it('names the agents that are here, those of the config file too', async () => {
    const { program, open } = world({ config: '[providers.mine]\nprogram = "mine"\n' });
    program('claude');
    program('mine');
    const { providers, directory } = await open().machine.look();
    const installed = providers.filter(({ isInstalled }) => isInstalled).map(({ id }) => id);
    expect(installed).toEqual(['claude', 'mine']);
    expect(providers).toContainEqual({ id: 'codex', isInstalled: false, version: null, ...goesOn });
    expect(directory).toBe('~/work');
  });

  it('finds what it can with a config file that is wrong', async () => {
    const { program, open } = world({ config: 'leader = 7\n' });
    program('codex');
    expect((await open().machine.look()).providers).toContainEqual({
      id: 'codex',
      isInstalled: true,
      version: null,
      ...goesOn,
    });
  });

  it('takes the version of tmux from the pane, not from another terminal', async () => {
    const { env, open } = world();
    const versionIn = async (program: string): Promise<string | null> => {
      const pane = { ...env, TERM_PROGRAM: program, TERM_PROGRAM_VERSION: '3.4' };
      return (await open({ env: pane }).machine.look()).tmuxVersion;
    };
    expect([await versionIn('tmux'), await versionIn('iTerm.app')]).toEqual(['3.4', null]);
  });

  it('looks at nothing before the first rows are drawn', async () => {
    const ready = Promise.withResolvers<void>();
    const { program, open } = world({ ready: ready.promise });
    const found = open().machine.look();
    await open({ ready: Promise.resolve() }).machine.look();
    program('gemini');
    ready.resolve();
    expect((await found).providers).toContainEqual({ id: 'gemini', isInstalled: true, version: null, ...goesOn });
  });

  it('examines the machine as `doctor` does, and knows the hub log', async () => {
    const { home, open } = world();
    const { machine } = open();
    const lines = (await machine.doctor()).split('\n');
    expect(lines).toContain('ok   config       valid');
    expect(lines).toContain(`ok   state        ${join(home, 'state')}`);
    expect(lines.slice(-3)).toEqual(['', expect.stringMatching(/warnings?\.$/), '']);
    writeFileSync(join(home, 'state', 'hub.log'), '{"event":"hub.started"}\n');
    expect(await machine.hubLog()).toBe('{"event":"hub.started"}');
    expect(machine.demoFleet).toHaveLength(6);
  });
});

describe('memory', () => {
  it('lies in the state directory and is written when all is settled', async () => {
    const { open } = world();
    const first = open();
    void first.memory.save({ palette: ['doctor'] });
    await first.settled();
    expect(await open().memory.load()).toEqual({ palette: ['doctor'] });
  });
});
