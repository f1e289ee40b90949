import fc from 'fast-check';
import { expect, it } from 'vitest';
import { AgentConfig } from '../agent/agent-config.ts';
import { decodeMetadata, encodeMetadata, toRememberedConfig } from './agent-metadata.ts';

const config = AgentConfig.parse({
  agentId: 'one',
  aiProvider: 'shell',
  workingDirectory: '/',
  env: { SECRET: 'x' },
  command: ['a', 'SECRET'],
});
const base = { version: 1, directory: '/', worktree: null, createdAt: 1, run: 'r', prompt: 'none' } as const;

it('comes back exactly, whatever the texts are, in one line of printable ASCII without # or ;', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', minLength: 1, maxLength: 200 }), (text) => {
      const metadata = { ...base, config: { ...toRememberedConfig(config), name: text, task: text } };
      const encoded = encodeMetadata(metadata);
      expect(encoded).toMatch(/^[ -~]+$/);
      expect(encoded).not.toMatch(/[#;$'`|]/);
      expect(decodeMetadata(encoded)).toEqual(metadata);
    }),
  );
});

it('never remembers environment or command line, and only the head of a task', () => {
  const remembered = toRememberedConfig({ ...config, task: 'x'.repeat(5000) });
  expect(JSON.stringify(remembered)).not.toContain('SECRET');
  expect(remembered.task).toHaveLength(1000);
});

it('knows nothing of what is not its own', () => {
  expect(decodeMetadata('')).toBeUndefined();
  expect(decodeMetadata('{"version":2}')).toBeUndefined();
});
