import { readFileSync, statSync } from 'node:fs';
import { devNull, homedir } from 'node:os';
import { basename, join, resolve } from 'node:path';
import { parse, TomlError } from 'smol-toml';
import * as z from 'zod';
import { ConfigError } from './config-error.ts';
import { Config } from './config-schema.ts';
import { findLine } from './find-line.ts';
import { didYouMean } from './near-words.ts';
import { describeTomlMistake } from './toml-mistake.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/** Where the configuration is looked for: `$XDG_CONFIG_HOME/swarm-tui/config.toml`. */
export function configPath(env: Environment): string {
  const base = env['XDG_CONFIG_HOME']?.startsWith('/')
    ? env['XDG_CONFIG_HOME']
    : join(env['HOME'] ?? homedir(), '.config');
  return join(base, 'swarm-tui', 'config.toml');
}

/** Where the configuration is read from. */
export interface LoadConfigOptions {
  readonly env: Environment;
  /** Named by the person; it must exist. @default `configPath(env)`, which may be missing */
  readonly file?: string | undefined;
}

/** Reads and checks the configuration. Throws `ConfigError` that names the file, the line and what to write instead. */
export function loadConfig(options: LoadConfigOptions): Config {
  const found = readConfigFile(options);
  return found === null ? Config.parse({}) : parseConfig(found.text, found.path);
}

/** The file as it is written; null when there is none and none was named. */
export function readConfigFile({
  env,
  file,
}: LoadConfigOptions): { readonly path: string; readonly text: string } | null {
  const path = resolve(file ?? configPath(env));
  const text = read(path, file !== undefined);
  return text === null ? null : { path, text };
}

function read(path: string, mustExist: boolean): string | null {
  try {
    // one that waits for a writer, or has no end, would hold up every command
    if (!statSync(path).isFile() && path !== devNull)
      throw new ConfigError('config-unreadable', `${path} is no regular file.`);
    return readFileSync(path, 'utf8');
  } catch (cause) {
    if (cause instanceof ConfigError) throw cause;
    const isMissing = cause instanceof Error && 'code' in cause && cause.code === 'ENOENT';
    if (isMissing && !mustExist) return null;
    throw new ConfigError(
      'config-unreadable',
      `${path} cannot be read: ${cause instanceof Error ? cause.message : String(cause)}`,
      { cause },
    );
  }
}

/** Checks the text of a configuration file. `path` is only for messages. */
export function parseConfig(text: string, path: string): Config {
  const result = Config.safeParse(parseToml(text, path));
  if (result.success) return result.data;
  const mistakes = result.error.issues
    .flatMap(onePerKey)
    .map((issue) => ({ line: lineOf(text, issue), said: describe(issue) }))
    .sort((a, b) => (a.line ?? 0) - (b.line ?? 0))
    .map(({ line, said }) => `${basename(path)}${line === null ? '' : ` line ${line}`}: ${said}`);
  const [first = `${basename(path)} is not valid.`, ...others] = mistakes;
  const more = others.length === 0 ? '' : ` ${others.length} more: swarm-tui doctor.`;
  throw new ConfigError('config-invalid', `${first}${more}`, {
    hint: `${path} is not used until that is corrected.`,
    mistakes,
  });
}

/** Settings that do not exist come in one issue for all of a table: each stands on a line of its own. */
function onePerKey(issue: z.core.$ZodIssue): readonly z.core.$ZodIssue[] {
  if (issue.code !== 'unrecognized_keys') return [issue];
  return issue.keys.map((key) => ({ ...issue, keys: [key] }));
}

/** The person's own keys, also where the rest of the file is wrong. */
export function loadBindings(options: LoadConfigOptions): Pick<Config, 'keys' | 'leader_keys'> {
  try {
    const found = readConfigFile(options);
    const { keys, leader_keys: leaderKeys } = WrittenBindings.parse(found === null ? {} : parse(found.text));
    return { keys, leader_keys: leaderKeys };
  } catch {
    return { keys: {}, leader_keys: {} };
  }
}

const { keys, leader_keys: leaderKeys } = Config.shape;
/** Each table by itself: what is wrong in one says nothing of the other. */
const WrittenBindings = z.object({ keys: keys.catch({}), leader_keys: leaderKeys.catch({}) });

function parseToml(text: string, path: string): unknown {
  try {
    return parse(text);
  } catch (cause) {
    if (!(cause instanceof TomlError)) throw cause;
    const { line, column, text: said, excerpt } = describeTomlMistake(text, cause);
    throw new ConfigError('config-invalid', `${basename(path)} line ${line}, column ${column}: ${said}`, {
      cause,
      excerpt,
    });
  }
}

function lineOf(text: string, issue: z.core.$ZodIssue): number | null {
  return findLine(text, [...issue.path, ...(issue.code === 'unrecognized_keys' ? issue.keys : [])]);
}

function describe(issue: z.core.$ZodIssue): string {
  if (issue.code === 'unrecognized_keys') {
    const near = issue.path.length > 0 ? '' : didYouMean(issue.keys[0] ?? '', Object.keys(Config.shape), '');
    return `"${issue.keys.join('", "')}" is no setting. ${near}`.trimEnd();
  }
  return `"${issue.path.map(String).join('.')}" ${lowerFirst(issue.message)}.`;
}

function lowerFirst(text: string): string {
  return text.replace(/^Invalid input: /, '').replace(/^[A-Z]/, (letter) => letter.toLowerCase());
}
