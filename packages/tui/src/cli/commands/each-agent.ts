import type { AgentRecord } from '@swarm-tui/hub/client';
import { describeError, describeErrorAsJson } from '../cli-error.ts';
import { exitCodes } from '../exit-codes.ts';
import { formatJson, toJsonAgent } from '../output/json.ts';
import { oneLine } from '../output/safe-output.ts';
import type { CommandHost } from './command.ts';

/** What was tried on several agents: those it was done to, and the reason for each of the others. */
interface EachResult {
  readonly done: readonly AgentRecord[];
  readonly failed: readonly { readonly name: string; readonly error: unknown }[];
}

/** What is being done, with a name for each: the name an error is told under. */
interface Attempt {
  readonly name: string;
  readonly run: () => Promise<AgentRecord>;
}

/** Tries all of them to the end: one that fails hides nothing of the others. A single one that fails rejects. */
export async function tryEach(attempts: readonly Attempt[]): Promise<EachResult> {
  if (attempts.length === 1) return { done: await Promise.all(attempts.map(({ run }) => run())), failed: [] };
  const settled = await Promise.allSettled(attempts.map(({ run }) => run()));
  return {
    done: settled.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : [])),
    failed: settled.flatMap((result, index) =>
      result.status === 'rejected' ? [{ name: attempts[index]?.name ?? '', error: result.reason }] : [],
    ),
  };
}

/** Says what was done on stdout and what was not on stderr; the program exits with 1 if anything was not. */
export async function reportEach(
  host: CommandHost,
  { done, failed }: EachResult,
  { json, describe }: { readonly json: boolean; readonly describe: (done: readonly AgentRecord[]) => string },
): Promise<void> {
  const { context } = host;
  if (json) await context.write(formatJson('agents', { agents: done.map(toJsonAgent) }));
  else if (done.length > 0 || failed.length === 0) await context.write(describe(done));
  await reportFailures(host, failed, json);
  if (failed.length > 0) host.exitWith(exitCodes.failed);
}

/** A line, or a document, for each that failed. */
export async function reportFailures(
  { context }: CommandHost,
  failed: EachResult['failed'],
  json: boolean,
): Promise<void> {
  for (const { name, error } of failed) {
    if (json) await context.write(formatJson('error', { name, error: describeErrorAsJson(error, context) }));
    context.writeError(context.asCalled(`swarm-tui: ${oneLine(`${name}: ${describeError(error)}`)}\n`));
  }
}
