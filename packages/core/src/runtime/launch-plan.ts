import { stat } from 'node:fs/promises';
import { delimiter, isAbsolute, resolve } from 'node:path';
import type { AgentConfig } from '../agent/agent-config.ts';
import { RuntimeError } from '../errors.ts';
import { fallbackPath, findProgram } from '../process/find-program.ts';
import type { LaunchPlan, Provider } from '../provider/provider.ts';
import { quoteShell } from '../tmux/quote.ts';

/** Finds the provider that a config names. */
export type ProviderLookup = (id: string) => Provider | undefined;

/** What to run for a config: its own command, or what its provider says. Throws `invalid-input` when there is neither. */
export function planLaunch(config: AgentConfig, providers: ProviderLookup): LaunchPlan {
  const provider = providers(config.aiProvider);
  if (config.command) {
    return { command: config.command, env: {}, prompt: 'none', conversationId: config.conversationId ?? null };
  }
  if (provider) return provider.launch(config);
  throw new RuntimeError('invalid-input', `There is no provider "${config.aiProvider}"`, {
    hint: 'Give the agent a command, or use a provider that is known: swarm-tui doctor lists them.',
  });
}

/** The program of a command as an absolute path. Throws `command-not-found` with what to install. */
export async function locateProgram(
  command: readonly string[],
  search: { readonly path: string | undefined; readonly directory: string; readonly installHint: string | undefined },
): Promise<readonly string[]> {
  const [program = '', ...args] = command;
  const found = findProgram(program, search);
  if (found) return [found, ...args];
  throw new RuntimeError('command-not-found', `The program "${program}" was not found`, {
    hint:
      search.installHint ?? `Install "${program}", or check that it is executable and on the PATH of whoever asked.`,
  });
}

/** Whether it depends on the directory which file a program's name means. */
export function isFoundByDirectory([program = '']: readonly string[], path: string | undefined): boolean {
  if (program.includes('/')) return !isAbsolute(program);
  return (path || fallbackPath).split(delimiter).some((folder) => !isAbsolute(folder));
}

/** The absolute path of a directory. Throws `directory-not-found` or `permission-denied`. */
export async function checkDirectory(path: string): Promise<string> {
  const directory = resolve(path);
  const found = await stat(directory).catch((cause: unknown) => {
    const isRefused = cause instanceof Error && 'code' in cause && cause.code === 'EACCES';
    const code = isRefused ? 'permission-denied' : 'directory-not-found';
    throw new RuntimeError(
      code,
      `The working directory ${directory} ${isRefused ? 'may not be entered' : 'does not exist'}`,
      {
        cause,
        hint: isRefused
          ? 'Choose another directory, or change its permissions.'
          : `Make it first: mkdir -p ${quoteShell([directory])}`,
      },
    );
  });
  if (found.isDirectory()) return directory;
  throw new RuntimeError('directory-not-found', `The working directory ${directory} is not a directory`, {
    hint: 'Choose the directory that the file is in.',
  });
}
