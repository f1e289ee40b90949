import type { AgentConfig, LaunchPlan } from '@swarm-tui/core';
import type { ProviderDefinition } from './provider-definition.ts';

// tmux takes 16 KiB for a whole command, and an argument is seen in every process list: longer prompts are typed.
const maxPromptArgument = 4_000;

type Words = Readonly<Record<'model' | 'prompt' | 'conversation', string>>;

interface ModePlan {
  readonly args: readonly string[];
  readonly conversationId: string | null;
}

function fill(template: readonly string[], words: Partial<Words>): readonly string[] {
  // One pass, so that a prompt that contains "{model}" stays as it is.
  return template.map((argument) =>
    argument.replace(/\{(model|prompt|conversation)\}/g, (whole, name: keyof Words) => words[name] ?? whole),
  );
}

function planFresh({ fresh }: ProviderDefinition, { conversationId, mode }: AgentConfig): ModePlan {
  if (!fresh.some((argument) => argument.includes('{conversation}'))) return { args: fresh, conversationId: null };
  const id = (mode === 'fresh' ? conversationId : undefined) ?? crypto.randomUUID();
  return { args: fill(fresh, { conversation: id }), conversationId: id };
}

function planMode(definition: ProviderDefinition, config: AgentConfig): ModePlan {
  const { mode, conversationId } = config;
  if (mode === 'fresh') return planFresh(definition, config);
  if (conversationId !== undefined && mode === 'resume' && definition.resume.length > 0) {
    return { args: fill(definition.resume, { conversation: conversationId }), conversationId };
  }
  if (definition.continue.length > 0) return { args: definition.continue, conversationId: conversationId ?? null };
  return planFresh(definition, config);
}

function canBeArgument(prompt: string): boolean {
  // A leading dash would be read as a flag, whatever the agent's parser.
  return !prompt.startsWith('-') && Buffer.byteLength(prompt) <= maxPromptArgument && !prompt.includes('\0');
}

/**
 * The command line of an agent. `resume` without a conversation id, or with a provider that cannot resume by id, goes
 * on with the directory's latest conversation; a provider that cannot do that either starts afresh.
 */
export function planLaunch(definition: ProviderDefinition, config: AgentConfig): LaunchPlan {
  const mode = planMode(definition, config);
  const hasPrompt = config.task.trim() !== '';
  const isArgument = hasPrompt && definition.prompt.length > 0 && canBeArgument(config.task);
  const command = [
    definition.program,
    ...mode.args,
    ...definition.args,
    ...(config.aiModel === undefined ? [] : fill(definition.model, { model: config.aiModel })),
    ...(config.autoPilot ? definition.autoPilot : []),
    ...(config.extraArgs ?? []),
    ...(isArgument ? fill(definition.prompt, { prompt: config.task }) : []),
  ];
  const typed = hasPrompt ? 'typed' : 'none';
  return { command, env: definition.env, prompt: isArgument ? 'argument' : typed, conversationId: mode.conversationId };
}
