import type { Provider } from '@swarm-tui/core';
import { planLaunch } from './launch-plan.ts';
import { ProviderDefinition } from './provider-definition.ts';
import type { ProviderDefinitionInput } from './provider-definition.ts';

/** Makes a provider from data. Throws ZodError when the data is not a `ProviderDefinition`. */
export function defineProvider(id: string, input: ProviderDefinitionInput): Provider {
  const definition = ProviderDefinition.parse(input);
  return {
    id,
    title: definition.title ?? id,
    program: definition.program,
    installHint: definition.installHint,
    launch: (config) => planLaunch(definition, config),
    canResume: definition.resume.length > 0,
    canContinue: definition.continue.length > 0,
    rules: definition.rules,
    restingPrograms: definition.restingPrograms,
    isLineOriented: definition.isLineOriented,
    interruptKeys: definition.interruptKeys,
    emptyInput: definition.emptyInput,
  };
}
