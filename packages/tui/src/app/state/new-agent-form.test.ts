import { describe, expect, it } from 'vitest';
import type { FoundProvider } from '../machine-port.ts';
import { createAppState, noWorkspace } from './app-state.ts';
import { createForm } from './new-agent-form.ts';

const provider = (id: string, isInstalled = true): FoundProvider => ({ id, isInstalled, version: null });
const machine = { providers: [provider('claude'), provider('codex')], directory: '~', tmuxVersion: null };
const place = { directory: '~/a', place: '/a' };

function state(more: Partial<ReturnType<typeof createAppState>> = {}) {
  const size = { columns: 80, rows: 24 };
  return { ...createAppState({ size, now: 0, workspace: noWorkspace }), machine, ...more };
}

describe('the provider of a new form', () => {
  it('is the first that is here, or the one that the config names', () => {
    expect(createForm(state(), place).provider).toBe('claude');
    expect(createForm(state(), { ...place, defaultAgent: 'codex' }).provider).toBe('codex');
    expect(createForm(state(), { ...place, defaultAgent: 'unknown' }).provider).toBe('claude');
  });

  it('is believed before it is known what is here', () => {
    expect(createForm(state({ machine: null }), { ...place, defaultAgent: 'codex' }).provider).toBe('codex');
    expect(createForm(state({ machine: null }), place).provider).toBe('demo');
  });

  it('is not what was tried there last and is not on this machine', () => {
    const last = { provider: 'q', worktree: 'none', runtimeId: 'local', permission: 'ask', model: '' } as const;
    const memory = { forms: { '/a': last }, palette: [], drafts: {} };
    const gone = { ...machine, providers: [...machine.providers, provider('q', false)] };
    expect(createForm(state({ memory, machine: gone }), place).provider).toBe('claude');
    expect(createForm(state({ memory, machine: gone }), { ...place, defaultAgent: 'codex' }).provider).toBe('codex');
  });

  it('is what was last started there, before what the config names', () => {
    const last = { provider: 'demo', worktree: 'new', runtimeId: 'local', permission: 'ask', model: '' } as const;
    const memory = { forms: { '/a': last }, palette: [], drafts: {} };
    expect(createForm(state({ memory }), { ...place, defaultAgent: 'codex' })).toMatchObject({
      provider: 'demo',
      worktree: 'new',
    });
  });
});
