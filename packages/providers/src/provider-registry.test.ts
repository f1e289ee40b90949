import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AgentConfig } from '@swarm-tui/core';
import type { ActivityRuleInput, AgentConfigInput, LaunchPlan } from '@swarm-tui/core';
import fc from 'fast-check';
import { describe, expect, it, onTestFinished } from 'vitest';
import { detectProviders } from './detect-providers.ts';
import { createProviderRegistry } from './provider-registry.ts';

const uuid = /^[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}$/;
const registry = createProviderRegistry({ demoProgram: '/opt/demo.js' });

function launch(provider: string, more: Partial<AgentConfigInput> = {}): LaunchPlan {
  const found = registry.find(provider);
  if (!found) throw new Error(`no provider ${provider}`);
  return found.launch(AgentConfig.parse({ agentId: 'a1', aiProvider: provider, workingDirectory: '/work', ...more }));
}

describe('launch lines of the known providers', () => {
  it.each([
    ['codex', {}, ['codex', '-c', 'features.daemon_auto_start=false']],
    ['opencode', {}, ['opencode']],
    ['aider', {}, ['aider']],
    ['q', {}, ['q', 'chat']],
  ])('starts %s', (provider, config, command) => {
    expect(launch(provider, config)).toEqual({ command, env: {}, prompt: 'none', conversationId: null });
  });

  it.each(['claude', 'gemini'])('mints the conversation id of %s', (provider) => {
    const { command, conversationId } = launch(provider);
    expect(conversationId).toMatch(uuid);
    expect(command).toEqual([provider, '--session-id', conversationId]);
    expect(launch(provider).conversationId).not.toBe(conversationId);
  });

  it('takes the conversation id that is given', () => {
    expect(launch('claude', { conversationId: 'c-1' })).toMatchObject({
      command: ['claude', '--session-id', 'c-1'],
      conversationId: 'c-1',
    });
  });

  it.each([
    ['claude', ['claude', '--resume', 'c-1']],
    ['codex', ['codex', 'resume', 'c-1', '-c', 'features.daemon_auto_start=false']],
    ['gemini', ['gemini', '--resume', 'c-1']],
    ['opencode', ['opencode', '-s', 'c-1']],
    ['aider', ['aider', '--restore-chat-history']],
    ['q', ['q', 'chat', '--resume']],
    ['demo', [process.execPath, '/opt/demo.js', '--resume', 'c-1', '--name', 'a1', '--seed', expect.any(String)]],
  ])('resumes a conversation of %s', (provider, command) => {
    expect(launch(provider, { mode: 'resume', conversationId: 'c-1' })).toMatchObject({
      command,
      conversationId: 'c-1',
    });
  });

  it.each([
    ['claude', ['claude', '--continue']],
    ['codex', ['codex', 'resume', '--last', '-c', 'features.daemon_auto_start=false']],
    ['gemini', ['gemini', '--resume', 'latest']],
    ['opencode', ['opencode', '--continue']],
  ])('goes on with the latest conversation of %s', (provider, command) => {
    expect(launch(provider, { mode: 'continue' })).toMatchObject({ command, conversationId: null });
    expect(launch(provider, { mode: 'resume' })).toMatchObject({ command, conversationId: null });
  });

  it.each([
    ['claude', ['--model', 'm', '--dangerously-skip-permissions', '--verbose', 'do it']],
    ['codex', ['--model', 'm', '--dangerously-bypass-approvals-and-sandbox', '--verbose', 'do it']],
    ['gemini', ['--model', 'm', '--approval-mode', 'yolo', '--verbose', '-i', 'do it']],
    ['opencode', ['-m', 'm', '--auto', '--verbose', '--prompt', 'do it']],
    ['q', ['--model', 'm', '--trust-all-tools', '--verbose', 'do it']],
  ])('gives %s model, autopilot, more arguments and the prompt, in this order', (provider, ending) => {
    const plan = launch(provider, { aiModel: 'm', autoPilot: true, extraArgs: ['--verbose'], task: 'do it' });
    expect(plan.command.slice(-ending.length)).toEqual(ending);
    expect(plan.prompt).toBe('argument');
  });

  it('types the prompt of aider, which has no argument for it', () => {
    expect(launch('aider', { task: 'do it' })).toMatchObject({ command: ['aider'], prompt: 'typed' });
  });

  it.each([
    ['begins with a dash', '--help me'],
    ['is long', 'x'.repeat(4_001)],
  ])('types a prompt that %s', (_why, task) => {
    const plan = launch('claude', { task });
    expect(plan.prompt).toBe('typed');
    expect(plan.command).not.toContain(task);
  });

  it('hands any short prompt over as exactly one argument', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 300 }), (task) => {
        const { command, prompt } = launch('codex', { task: `a${task}` });
        expect(command.at(-1)).toBe(`a${task}`.includes('\0') ? command.at(-1) : `a${task}`);
        expect(prompt).toBe(task.includes('\0') ? 'typed' : 'argument');
      }),
    );
  });

  it('does not take a prompt for a template', () => {
    expect(launch('claude', { task: 'use {model} and {prompt}' }).command.at(-1)).toBe('use {model} and {prompt}');
  });
});

describe('demo and shell', () => {
  it('starts the demo program with this Node, a name and a seed of its own', () => {
    const one = launch('demo', { name: 'payments', task: 'go' });
    expect(one.command).toEqual([
      process.execPath,
      '/opt/demo.js',
      '--conversation',
      one.conversationId,
      '--name',
      'payments',
      '--seed',
      expect.any(String),
      '--',
      'go',
    ]);
    expect(launch('demo', { agentId: 'a2' }).command).not.toContain(one.command[7]);
  });

  it("starts the asking person's shell, and /bin/sh where there is none", () => {
    expect(launch('shell', { env: { SHELL: '/usr/bin/fish' } }).command).toEqual(['/usr/bin/fish']);
    expect(launch('shell').command).toEqual(['/bin/sh']);
  });

  it('types what a shell shall do', () => {
    expect(launch('shell', { task: 'make' })).toMatchObject({ command: ['/bin/sh'], prompt: 'typed' });
  });

  it('knows a shell at rest by its name', () => {
    const shells = createProviderRegistry({ shell: '/opt/bin/xonsh' }).find('shell')?.restingPrograms;
    expect(shells).toEqual(expect.arrayContaining(['bash', 'zsh', 'xonsh']));
  });
});

describe('createProviderRegistry', () => {
  it('lists the known providers in the order that people are offered them', () => {
    expect(registry.list().map(({ id }) => id)).toEqual([
      'claude',
      'codex',
      'gemini',
      'opencode',
      'aider',
      'q',
      'demo',
      'shell',
    ]);
  });

  it('makes any command a provider', () => {
    const custom = {
      goose: { program: '/opt/goose', args: ['session'], prompt: ['--text', '{prompt}'], env: { GOOSE: '1' } },
    };
    const goose = createProviderRegistry({ custom }).find('goose');
    expect(
      goose?.launch(AgentConfig.parse({ agentId: 'a1', aiProvider: 'goose', workingDirectory: '/', task: 'hi' })),
    ).toEqual({
      command: ['/opt/goose', 'session', '--text', 'hi'],
      env: { GOOSE: '1' },
      prompt: 'argument',
      conversationId: null,
    });
    expect(goose).toMatchObject({ title: 'goose', interruptKeys: ['Escape'], isLineOriented: true, rules: [] });
  });

  it('lets a custom provider replace a known one', () => {
    expect(createProviderRegistry({ custom: { claude: { program: 'claude-beta' } } }).find('claude')?.program).toBe(
      'claude-beta',
    );
  });

  it('names the field that is wrong', () => {
    const rule: ActivityRuleInput = { id: 'r', region: 'bottom', all: ['('], state: 'idle' };
    expect(() => createProviderRegistry({ custom: { goose: { program: 'g', rules: [rule] } } })).toThrow(
      'providers.goose.rules.0: "(" is no regular expression.',
    );
    expect(() => createProviderRegistry({ custom: { 'Bad Id': { program: 'g' } } })).toThrow(
      '"Bad Id" cannot be the id',
    );
    expect(() => createProviderRegistry({ custom: { goose: { program: '' } } })).toThrow('providers.goose.program');
  });

  it('finds nothing for an unknown id', () => {
    expect(registry.find('toString')).toBeUndefined();
  });
});

describe('detectProviders', () => {
  it('finds programs on the PATH it is given, and starts none of them', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'path-'));
    onTestFinished(() => rm(folder, { recursive: true, force: true }));
    await writeFile(join(folder, 'codex'), '#!/bin/sh\ntouch started\n', { mode: 0o755 });
    await writeFile(join(folder, 'gemini'), 'not executable', { mode: 0o644 });
    await mkdir(join(folder, 'aider'));
    const found = await detectProviders({ providers: registry.list(), path: `/nonexistent:${folder}` });
    expect(found).toEqual([
      { provider: 'claude', path: null },
      { provider: 'codex', path: join(folder, 'codex') },
      { provider: 'gemini', path: null },
      { provider: 'opencode', path: null },
      { provider: 'aider', path: null },
      { provider: 'q', path: null },
    ]);
  });
});
