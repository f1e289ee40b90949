import type { Command } from 'commander';
import type { AgentRecord, HubConnection } from '@swarm-tui/hub/client';
import * as z from 'zod';
import type { CliContext } from '../cli-context.ts';
import { CliError } from '../cli-error.ts';
import { formatJson, toJsonAgent } from '../output/json.ts';

/** What every command gets. */
export interface CommandHost {
  readonly context: CliContext;
  /** The words of the command line. */
  readonly argv: readonly string[];
  /** Registers the exit code when it is not 0. */
  exitWith(code: number): void;
  /** Help and version to stdout; the program ends when it is out. */
  print(text: string): void;
}

/** Adds one or more sub-commands to the program. */
export type AddCommand = (program: Command, host: CommandHost) => void;

/** Options that every command understands. */
const GlobalOptions = z.object({
  json: z.boolean().default(false),
  color: z.union([z.boolean(), z.enum(['auto', 'always', 'never'])]).default('auto'),
});

/** Parses a command's own options together with the global ones. Throws `wrong-usage`. */
export function readOptions<T extends z.ZodRawShape>(command: Command, shape: T) {
  const parsed = GlobalOptions.extend(shape).safeParse(command.optsWithGlobals());
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const name = String(issue?.path[0] ?? '').replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
  throw new CliError('wrong-usage', `--${name} ${issue === undefined ? 'is not understood' : describeIssue(issue)}.`);
}

/** What is wrong with the value of an option, in a person's words. */
function describeIssue(issue: z.core.$ZodIssue): string {
  if (issue.code === 'invalid_type') return issue.expected === 'string' ? 'needs a text' : 'needs a whole number';
  if (issue.code === 'too_small') return issue.origin === 'string' ? 'needs a text' : `is at least ${issue.minimum}`;
  if (issue.code === 'too_big') return `is at most ${issue.maximum}`;
  if (issue.code === 'invalid_value') return `is one of ${issue.values.join(', ')}`;
  return 'is not understood';
}

/** Runs an action with a hub connection that is closed afterwards. */
export async function withHub<T>(
  context: CliContext,
  action: (hub: HubConnection) => Promise<T>,
  { mayStart = true }: { readonly mayStart?: boolean } = {},
): Promise<T> {
  await using hub = await context.connect({ mayStart });
  return await action(hub);
}

/** Says what became of an agent: as JSON, or as one line. */
export async function reportAgent(
  { context }: CommandHost,
  agent: AgentRecord,
  { json, line }: { readonly json: boolean; readonly line: string },
): Promise<void> {
  await context.write(json ? formatJson('agent', { agent: toJsonAgent(agent) }) : `${line}\n`);
}

/** Whether colours are wanted: `--color` first, then NO_COLOR, then whether this is a terminal that has any. */
export function wantsColour(context: CliContext, color: boolean | string): boolean {
  if (color === 'always') return true;
  if (color === false || color === 'never') return false;
  if ((context.env['NO_COLOR'] ?? '') !== '') return false;
  return context.isTerminal && context.env['TERM'] !== 'dumb';
}
