import { RuntimeError } from '@swarm-tui/core';
import type { Provider } from '@swarm-tui/core';
import * as z from 'zod';
import { defineProvider } from './define-provider.ts';
import { createDemoProvider } from './demo-provider.ts';
import { demoProgramPath } from './demo-program-path.ts';
import { knownProviders } from './known/known-providers.ts';
import { createShellProvider } from './known/shell-provider.ts';
import { ProviderDefinition } from './provider-definition.ts';
import type { ProviderDefinitionInput } from './provider-definition.ts';

/** Which providers there are beside the known ones. */
export interface ProviderRegistryOptions {
  /** More providers by id, from the config file; one of a known id replaces it. */
  readonly custom?: Readonly<Record<string, ProviderDefinitionInput>> | undefined;
  /** File of the simulated agent. A bundle names its own copy. @default `demoProgramPath()` */
  readonly demoProgram?: string | undefined;
  /** The person's shell, where the asking client names none. @default '/bin/sh' */
  readonly shell?: string | undefined;
}

/** All coding agents that can be started, known and custom. */
export interface ProviderRegistry {
  find(id: string): Provider | undefined;
  /** Known ones first, in the order that people are offered them. */
  list(): readonly Provider[];
}

const Id = z.string().regex(/^[a-z0-9](?:[a-z0-9_-]{0,62}[a-z0-9])?$/);

function parseCustom(id: string, input: unknown): Provider {
  if (!Id.safeParse(id).success) {
    throw new RuntimeError('invalid-input', `"${id}" cannot be the id of a provider.`, {
      hint: 'Use 1 to 64 lower-case letters, digits and inner dashes.',
    });
  }
  const parsed = ProviderDefinition.safeParse(input);
  if (parsed.success) return defineProvider(id, parsed.data);
  const [issue] = parsed.error.issues;
  const place = ['providers', id, ...(issue?.path ?? [])].join('.');
  throw new RuntimeError('invalid-input', `${place}: ${issue?.message ?? 'is not understood'}.`, {
    cause: parsed.error,
    hint: `Correct ${place} in the config file.`,
  });
}

/** The known providers and the custom ones. Throws RuntimeError `invalid-input` that names the wrong field. */
export function createProviderRegistry({
  custom = {},
  demoProgram = demoProgramPath(),
  shell = '/bin/sh',
}: ProviderRegistryOptions = {}): ProviderRegistry {
  const providers = new Map<string, Provider>();
  for (const [id, definition] of Object.entries(knownProviders)) providers.set(id, defineProvider(id, definition));
  providers.set('demo', createDemoProvider(demoProgram));
  providers.set('shell', createShellProvider(shell));
  for (const [id, definition] of Object.entries(custom)) providers.set(id, parseCustom(id, definition));
  return {
    find: (id) => providers.get(id),
    list: () => [...providers.values()],
  };
}
