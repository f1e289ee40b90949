import { chmodSync, mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createAgentRecord, FakeHub } from '@swarm-tui/hub/testing';
import { createProviderRegistry } from '@swarm-tui/providers';
import { describe, expect, it, onTestFinished } from 'vitest';
import { runChecks, summarise } from './finding.ts';
import { checkHub, checkProviders } from './fleet-checks.ts';
import { checkStateDirectory, checkTerminal, checkTmux } from './machine-checks.ts';

const { signal } = new AbortController();

describe('checkTerminal', () => {
  it('knows colours and locale', async () => {
    expect(await checkTerminal({ TERM: 'xterm-256color', LANG: 'C.UTF-8' }, true)(signal)).toMatchObject([
      { level: 'ok' },
      { level: 'ok' },
    ]);
    expect(await checkTerminal({ TERM: 'xterm', LANG: 'C' }, true)(signal)).toMatchObject([
      { level: 'warn', text: 'TERM=xterm: 16 colours. Set TERM=xterm-256color' },
      { level: 'warn' },
    ]);
  });
});

describe('checkTmux', () => {
  async function check(said: string) {
    const directory = mkdtempSync(join(tmpdir(), 'swarm-doctor-'));
    onTestFinished(() => rmSync(directory, { recursive: true }));
    writeFileSync(join(directory, 'tmux'), `#!/bin/sh\necho tmux ${said}\n`, { mode: 0o755 });
    return checkTmux(join(directory, 'tmux'))(signal);
  }

  it('tells of the crashes that we have seen, and of no others', async () => {
    expect(await check('3.3a')).toMatchObject([
      { level: 'ok', text: '3.3a' },
      { level: 'note', text: /^3\.3a can crash .* newer one is advised$/ },
    ]);
    expect(await check('3.4')).toEqual([{ level: 'ok', topic: 'tmux', text: '3.4' }]);
    expect(await check('3.1c')).toMatchObject([{ level: 'fail', text: /3\.1c is too old/ }]);
  });
});

describe('checkStateDirectory', () => {
  const paths = (stateDirectory: string) => ({ stateDirectory, socketPath: '', fallbackSocketPath: '', logPath: '' });

  it('closes a directory that is open to others', async () => {
    const directory = mkdtempSync(join(tmpdir(), 'swarm-doctor-'));
    onTestFinished(() => rmSync(directory, { recursive: true }));
    chmodSync(directory, 0o755);
    const [finding] = await checkStateDirectory(paths(directory))(signal);
    expect(finding).toMatchObject({ level: 'warn' });
    await finding?.fix?.();
    expect(statSync(directory).mode & 0o777).toBe(0o700);
    expect(await checkStateDirectory(paths(directory))(signal)).toMatchObject([{ level: 'ok' }]);
  });

  it('makes a missing one when asked to', async () => {
    const parent = mkdtempSync(join(tmpdir(), 'swarm-doctor-'));
    onTestFinished(() => rmSync(parent, { recursive: true }));
    mkdirSync(join(parent, 'a'));
    const [finding] = await checkStateDirectory(paths(join(parent, 'a', 'state')))(signal);
    await finding?.fix?.();
    expect(statSync(join(parent, 'a', 'state')).isDirectory()).toBe(true);
  });
});

describe('checkHub', () => {
  const options = { version: '0.0.0-fake', now: () => 0 };

  it('tells runtimes and how many agents run uncontained', async () => {
    const hub = new FakeHub({ agents: [createAgentRecord({ id: 'a-1' })] });
    const findings = await checkHub({ ...options, connect: async () => hub, restart: async () => hub })(signal);
    expect(findings).toMatchObject([
      { level: 'ok', topic: 'hub' },
      { level: 'ok', topic: 'local' },
      { level: 'note', topic: 'safety', text: '1 local agent runs uncontained, with all your rights' },
    ]);
  });

  it('warns of an event log that was set aside', async () => {
    const hub = new FakeHub();
    hub.warning = 'The event log was damaged.';
    const findings = await checkHub({ ...options, connect: async () => hub, restart: async () => hub })(signal);
    expect(findings).toContainEqual({ level: 'warn', topic: 'event log', text: 'The event log was damaged.' });
  });

  it('offers to replace a hub of another version', async () => {
    const connect = async () => new FakeHub();
    const [finding] = await checkHub({ ...options, version: '9.9.9', connect, restart: connect })(signal);
    expect(finding).toMatchObject({ level: 'warn', topic: 'hub' });
    expect(await finding?.fix?.()).toContain('agents went on');
  });

  it('is not alarmed when none runs', async () => {
    const connect = async (): Promise<never> => {
      throw new Error('no socket');
    };
    expect(await checkHub({ ...options, connect, restart: connect })(signal)).toMatchObject([
      { level: 'note', text: /no socket/ },
    ]);
  });
});

describe('checkProviders', () => {
  it('points to the demo when there is no coding agent', async () => {
    expect(await checkProviders(createProviderRegistry(), '/nowhere')(signal)).toMatchObject([
      { level: 'ok', topic: 'demo', text: /^built in: / },
      { level: 'ok', topic: 'shell', text: /^built in: / },
      { level: 'warn', text: /swarm-tui demo/ },
    ]);
  });
});

describe('runChecks', () => {
  it('does not wait for a check that never settles', async () => {
    const never = () => Promise.withResolvers<never>().promise;
    const findings = await runChecks([never, async () => [{ level: 'ok', topic: 'x', text: '' }]], signal, 50);
    expect(findings).toMatchObject([{ level: 'fail', text: /^could not be checked: .*timeout/ }, { level: 'ok' }]);
  });

  it('ends with the person who asked', async () => {
    const never = () => Promise.withResolvers<never>().promise;
    const findings = await runChecks([never], AbortSignal.abort(new Error('interrupted')));
    expect(findings).toMatchObject([{ level: 'fail', text: 'could not be checked: interrupted' }]);
  });

  it('goes on when a check breaks, and counts', async () => {
    const broken = async (): Promise<never> => {
      throw new Error('boom');
    };
    const findings = await runChecks([broken, async () => [{ level: 'ok', topic: 'x', text: '' }]], signal);
    expect(findings).toMatchObject([{ level: 'fail', text: 'could not be checked: boom' }, { level: 'ok' }]);
    expect(summarise(findings)).toBe('1 failed');
  });
});
