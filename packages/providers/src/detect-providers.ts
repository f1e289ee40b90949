import { findProgram } from '@swarm-tui/core';
import type { CallOptions, Provider, ProviderPresence } from '@swarm-tui/core';

/** Where providers are looked for. */
export interface DetectOptions extends CallOptions {
  readonly providers: readonly Provider[];
  /** The PATH of the person who asks. */
  readonly path: string;
}

/**
 * Which providers' programs are on PATH. Looks at files only, starts no process. Built-in providers (no program of their
 * own) are left out: they are always there.
 */
export async function detectProviders({
  providers,
  path,
  signal,
}: DetectOptions): Promise<readonly ProviderPresence[]> {
  const found = providers.map(async ({ id, program }): Promise<ProviderPresence | null> => {
    if (program === null) return null;
    return { provider: id, path: findProgram(program, { path, directory: '/' }) ?? null };
  });
  const presences = await Promise.all(found);
  signal?.throwIfAborted();
  return presences.filter((presence) => presence !== null);
}
