import { join } from 'node:path';
import { connectHub, resolveHubPaths } from '@swarm-tui/hub/client';
import { demoFleet } from '@swarm-tui/providers';
import type { AskOptions, MachinePort, SheetPorts } from '../app/machine-port.ts';
import { FileMemory } from './file-memory.ts';
import { LocalDirectories } from './local-directories.ts';
import { hubCommand, readVersion } from './program-files.ts';
import type { Environment } from './ui-environment.ts';
import type { UiSettings } from './ui-settings.ts';

/** What the sheets reach outside of the app. */
export interface SheetPortsOptions {
  readonly env: Environment;
  /** Where the program was started. */
  readonly directory: string;
  readonly settings: Pick<UiSettings, 'configFile' | 'defaultAgent'>;
  /** Nothing is looked for before: it would delay the first rows. */
  readonly ready: Promise<unknown>;
}

/** What the sheets know of this machine. */
export interface LocalSheetPorts extends SheetPorts {
  /** Settles when all that shall be remembered is written. */
  readonly settled: () => Promise<void>;
}

/** The machine around the UI. Opens nothing and loads little until it is asked. */
export function createSheetPorts(options: SheetPortsOptions): LocalSheetPorts {
  const directories = new LocalDirectories(options);
  const memory = new FileMemory(join(resolveHubPaths(options.env).stateDirectory, 'ui.json'));
  return { directories, memory, machine: createMachine(options, directories), settled: () => memory.settled() };
}

function createMachine(
  { env, directory, settings, ready }: SheetPortsOptions,
  directories: LocalDirectories,
): MachinePort {
  const { configFile, defaultAgent } = settings;
  return {
    defaultAgent,
    demoFleet,
    async look({ signal } = {}) {
      await ready;
      const { findAgents } = await import('./find-agents.ts');
      const providers = await findAgents({ env, configFile, signal });
      return { providers, directory: directories.shorten(directory), tmuxVersion: tmuxVersion(env) };
    },
    doctor: (ask) => examine({ env, configFile, ...ask }),
    async hubLog(ask) {
      const { readLogTail } = await import('./log-tail.ts');
      return readLogTail(resolveHubPaths(env).logPath, ask);
    },
  };
}

/** tmux tells each pane the version of its server. */
function tmuxVersion(env: Environment): string | null {
  return env['TERM_PROGRAM'] === 'tmux' ? (env['TERM_PROGRAM_VERSION'] ?? null) : null;
}

interface ExamineOptions extends AskOptions {
  readonly env: Environment;
  readonly configFile: string | undefined;
}

async function examine({ env, configFile, signal = new AbortController().signal }: ExamineOptions): Promise<string> {
  const [{ listChecks }, { runChecks }, { formatFindings }] = await Promise.all([
    import('../doctor/list-checks.ts'),
    import('../doctor/finding.ts'),
    import('../doctor/format-findings.ts'),
  ]);
  const version = readVersion();
  const checks = listChecks({
    env,
    configFile,
    version,
    isTerminal: true,
    connect: ({ mayStart }) =>
      connectHub({
        paths: resolveHubPaths(env),
        autoStart: mayStart ? { command: hubCommand() } : null,
        version,
        encoding: 'json-lines',
        signal,
      }),
  });
  return formatFindings(await runChecks(checks, signal));
}
