import { readFile } from 'node:fs/promises';
import { expect, it } from 'vitest';
import { ScriptedRuntime } from '../examples/scripted-runtime.ts';
import { describeRuntimeContract } from '@swarm-tui/core/testing';

describeRuntimeContract('ScriptedRuntime of the guide', async () => {
  const options = { programs: ['forever'], engine: new Map() };
  return {
    runtime: new ScriptedRuntime(options),
    workingDirectory: '/',
    longCommand: ['forever'],
    reopen: async () => new ScriptedRuntime(options),
    dispose: async () => undefined,
  };
});

it('is the runtime that the guide shows', async () => {
  const guide = await readFile(new URL('../../../docs/guides/adding-a-runtime.md', import.meta.url), 'utf8');
  const example = await readFile(new URL('../examples/scripted-runtime.ts', import.meta.url), 'utf8');
  expect(guide).toContain(example.trim());
});
