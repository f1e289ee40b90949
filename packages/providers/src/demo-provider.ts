import type { AgentConfig, Provider } from '@swarm-tui/core';
import { defineProvider } from './define-provider.ts';
import { demoRules } from './demo-rules.ts';

/** FNV-1a: the same agent id always plays the same scenario. */
function seedOf(text: string): number {
  let hash = 0x811c9dc5;
  for (const character of text) hash = Math.imul(hash ^ (character.codePointAt(0) ?? 0), 0x01000193);
  return hash >>> 0;
}

/** The simulated agent: no login, no network, every state within seconds. `program` is its file, run by this Node. */
export function createDemoProvider(program: string): Provider {
  const provider = defineProvider('demo', {
    title: 'Demo',
    program: process.execPath,
    resume: [program, '--resume', '{conversation}'],
    fresh: [program, '--conversation', '{conversation}'],
    continue: [program, '--resume', 'latest'],
    model: ['--model', '{model}'],
    autoPilot: ['--auto'],
    prompt: ['--', '{prompt}'],
    rules: [...demoRules],
    emptyInput: '^[^›]*›$',
  });
  return { ...provider, program: null, launch: (config) => withIdentity(provider, config) };
}

function withIdentity(provider: Provider, config: AgentConfig): ReturnType<Provider['launch']> {
  const identity = ['--name', config.name ?? config.agentId, '--seed', String(seedOf(config.agentId))];
  return provider.launch({ ...config, extraArgs: [...identity, ...(config.extraArgs ?? [])] });
}
