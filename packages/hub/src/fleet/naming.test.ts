import fc from 'fast-check';
import { AgentId } from '@swarm-tui/core';
import { describe, expect, it } from 'vitest';
import { mintAgentId, uniqueName } from './naming.ts';

describe('names', () => {
  it('mints valid ids from any name', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (name) => {
        expect(AgentId.safeParse(mintAgentId(name, () => false)).success).toBe(true);
      }),
    );
  });

  it('mints readable ids that nobody has', () => {
    const taken = new Set<string>();
    const first = mintAgentId(
      'Fix Ünïcode login!',
      (id) => !taken.has(id) && taken.size < 3 && taken.add(id) !== undefined,
    );
    expect(first).toMatch(/^fix-unicode-login-[a-z2-9]{4}$/);
    expect(taken.size).toBe(3);
    expect(taken.has(first)).toBe(false);
  });

  it('numbers a name that is taken', () => {
    const taken = ['claude', 'claude-2'];
    expect(uniqueName('claude', (name) => taken.includes(name))).toBe('claude-3');
    expect(uniqueName('clau/de', (name) => taken.includes(name))).toBe('clau-de');
    expect(uniqueName('codex', (name) => taken.includes(name))).toBe('codex');
  });
});
