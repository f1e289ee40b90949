import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import type { AppConfig } from '../app/create-app.ts';
import type { Environment } from './ui-environment.ts';

/** What the config file and the command line say about the UI. */
export interface UiSettings {
  readonly app: AppConfig;
  /** tmux name. */
  readonly leader: string;
  /** Provider that is offered first. */
  readonly defaultAgent?: string | undefined;
  /** The file that `--config` named. */
  readonly configFile?: string | undefined;
  /** What is wrong with the config file; the defaults are in use then. */
  readonly problems: readonly string[];
}

/** Reads them. The config schema is loaded only when there is a file: most people have none, and it costs time. */
export async function readUiSettings(argv: readonly string[], env: Environment): Promise<UiSettings> {
  const flags = new Set(argv);
  const file = readOption(argv, '--config');
  const looks: AppConfig = {
    ...(flags.has('--ascii') ? { glyphs: 'ascii' as const } : {}),
    ...(flags.has('--no-color') ? { colours: 'none' as const } : {}),
    ...(flags.has('--no-motion') ? { hasMotion: false } : {}),
    ...(flags.has('--screen-reader') ? { isScreenReader: true } : {}),
  };
  if (file === undefined && !existsSync(defaultPath(env))) return { app: looks, leader: 'C-]', problems: [] };
  const { loadConfig } = await import('../config/load-config.ts');
  try {
    const config = loadConfig({ env, file });
    const glyphs = config.ascii ? { glyphs: 'ascii' as const } : {};
    const app: AppConfig = {
      theme: config.theme,
      hasMotion: config.motion,
      keys: { list: config.keys, leader: config.leader_keys },
      ...glyphs,
      ...looks,
    };
    return {
      app: config.motion ? { ...app, hasMotion: looks.hasMotion } : app,
      leader: config.leader,
      defaultAgent: config.default_agent,
      configFile: file,
      problems: [],
    };
  } catch (error) {
    return {
      app: looks,
      leader: 'C-]',
      configFile: file,
      problems: [error instanceof Error ? error.message : String(error)],
    };
  }
}

function readOption(argv: readonly string[], name: string): string | undefined {
  const index = argv.indexOf(name);
  if (index >= 0) return argv[index + 1];
  return argv.find((argument) => argument.startsWith(`${name}=`))?.slice(name.length + 1);
}

function defaultPath(env: Environment): string {
  const base = env['XDG_CONFIG_HOME'];
  return join(base?.startsWith('/') ? base : join(env['HOME'] || homedir(), '.config'), 'swarm-tui', 'config.toml');
}
