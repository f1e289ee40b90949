import { AgentConfig, type Provider } from '@swarm-tui/core';
import { describe, expect, it } from 'vitest';
import { createAgentRecord } from '../testing/create-agent-record.ts';
import type { AgentState } from './agent-state.ts';
import { completeRequest, planSpawn, restartConfig } from './spawn-plan.ts';

const nothingTaken = { hasId: () => false, hasName: () => false };
const provider: Provider = {
  id: 'p',
  title: 'P',
  program: 'p',
  installHint: '',
  launch: () => ({ command: ['p', '--id', 'c1'], env: { P: '1' }, prompt: 'typed', conversationId: 'c1' }),
  rules: [],
  isLineOriented: true,
  interruptKeys: [],
};
const config = AgentConfig.parse({ agentId: 'a', aiProvider: 'p', workingDirectory: '/w', task: 'Do it' });

function stateOf(record: Partial<AgentState['record']>, stored: AgentState['config'] = null): AgentState {
  return {
    record: createAgentRecord({ id: 'a', provider: 'p', task: 'Do it', ...record }),
    config: stored,
    messages: [],
    removal: null,
    history: [],
  };
}

const own = { PATH: '/bin', EMPTY: undefined };

describe('completeRequest', () => {
  it('fills in what a client left out', () => {
    const request = { aiProvider: 'p', workingDirectory: '/w', runtimeId: 'local', task: 'Fix the login' };
    const completed = completeRequest(request, { ...nothingTaken, hasName: (name) => name === 'fix-the-login' });
    expect(completed).toMatchObject({ name: 'fix-the-login-2', mode: 'fresh', size: { columns: 160, rows: 50 } });
    expect(completed.agentId).toMatch(/^fix-the-login-2-/);
    expect(completed.sessionName).toBeUndefined();
  });

  it('refuses an id that is taken', () => {
    const request = { agentId: 'a', aiProvider: 'p', workingDirectory: '/w', runtimeId: 'local' };
    expect(() => completeRequest(request, { ...nothingTaken, hasId: () => true })).toThrow(
      'There is an agent "a" already',
    );
  });
});

describe('planSpawn', () => {
  it('asks the provider, and keeps what only the run needs out of what is stored', () => {
    const plan = planSpawn({ ...config, env: { TOKEN: 'hush' } }, provider, own);
    expect(plan.config).toMatchObject({
      command: ['p', '--id', 'c1'],
      env: { TOKEN: 'hush', P: '1' },
      conversationId: 'c1',
    });
    expect(plan).toMatchObject({ conversationId: 'c1', typedPrompt: 'Do it' });
    expect(JSON.stringify(plan.stored)).not.toContain('hush');
    expect(plan.stored.command).toBeUndefined();
  });

  it('runs a command as it is, also of an unknown provider', () => {
    expect(planSpawn({ ...config, command: ['make'] }, undefined, own)).toMatchObject({
      config: { command: ['make'] },
      typedPrompt: null,
    });
    expect(() => planSpawn(config, undefined, own)).toThrow('No provider "p" is known.');
  });

  it('leaves the environment to the runtime when nobody says anything of it', () => {
    expect(planSpawn({ ...config, command: ['make'] }, undefined, own).config.env).toBeUndefined();
    expect(planSpawn(config, provider, own).config.env).toEqual({ P: '1', PATH: '/bin' });
  });
});

describe('restartConfig', () => {
  it('goes on with the conversation, and does not give the task again', () => {
    expect(restartConfig(stateOf({ conversationId: 'c1' }), 'resume', undefined)).toMatchObject({
      mode: 'resume',
      conversationId: 'c1',
      task: '',
    });
    expect(restartConfig(stateOf({}), 'resume', undefined)).toMatchObject({ mode: 'continue', task: '' });
  });

  it('starts afresh with the task when asked, and when it never ran', () => {
    const fresh = restartConfig(stateOf({ conversationId: 'c1' }), 'fresh', { A: 'b' });
    expect(fresh).toMatchObject({ mode: 'fresh', task: 'Do it', env: { A: 'b' } });
    expect(fresh.conversationId).toBeUndefined();
    expect(restartConfig(stateOf({ handle: null }), 'resume', undefined)).toMatchObject({
      mode: 'fresh',
      task: 'Do it',
    });
  });

  it('keeps the command a person gave', () => {
    const stored = planSpawn({ ...config, command: ['make'], extraArgs: ['-j'] }, undefined, own).stored;
    expect(restartConfig(stateOf({}, stored), 'resume', undefined)).toMatchObject({
      command: ['make'],
      extraArgs: ['-j'],
    });
  });
});
