import { formatPlural } from '../theme/format.ts';
import type { CommandContext } from './command.ts';
import { errorText } from './error-text.ts';
import { nameOf } from './targets.ts';

/** What came of asking the hub about several agents: `undefined` stands for nothing to tell. */
export interface Outcome<T> {
  readonly worked: readonly { readonly id: string; readonly value: T }[];
  /** The first failure with its agent's name, and how many more there are; empty when all worked. */
  readonly problem: string;
}

/** Asks for all at once; one that fails does not keep the others. */
export async function askForAll<T>(
  { getState }: Pick<CommandContext, 'getState'>,
  agentIds: readonly string[],
  ask: (id: string) => Promise<T>,
): Promise<Outcome<T>> {
  const results = await Promise.allSettled(agentIds.map(ask));
  const worked: { id: string; value: T }[] = [];
  const problems: string[] = [];
  for (const [index, result] of results.entries()) {
    const id = agentIds[index] ?? '';
    if (result.status === 'fulfilled') worked.push({ id, value: result.value });
    else problems.push(`${nameOf(getState(), id)}: ${errorText(result.reason)}`);
  }
  const more = problems.length > 1 ? ` (and ${formatPlural(problems.length - 1, 'agent')} more)` : '';
  return { worked, problem: problems.length === 0 ? '' : `${problems[0] ?? ''}${more}` };
}

/** What was not done, if anything, and the key of a notice whose place it takes. */
interface OutcomeOptions {
  readonly problem: string;
  readonly key?: string;
}

/** Tells what was done and what was not, in one line; a failure stays until Esc. */
export function tellOutcome(
  { dispatch }: Pick<CommandContext, 'dispatch'>,
  done: string,
  { problem, ...about }: OutcomeOptions,
): void {
  if (problem !== '')
    return dispatch({ type: 'toast', kind: 'error', text: done === '' ? problem : `${problem}  ${done}`, ...about });
  if (done !== '') dispatch({ type: 'toast', kind: 'info', text: done, ...about });
}

/** `payments-retry`, or `3 agents`. */
export function whoText({ getState }: Pick<CommandContext, 'getState'>, agentIds: readonly string[]): string {
  const [only] = agentIds;
  return agentIds.length === 1 && only !== undefined ? nameOf(getState(), only) : `${agentIds.length} agents`;
}

/** One act on several agents, and what is said of it. */
export interface ActOnAll {
  readonly agentIds: readonly string[];
  /** Asks the hub for one agent. */
  readonly act: (id: string) => Promise<unknown>;
  /** What it reads when it worked: `payments-retry stopped`, `3 agents stopped`. */
  readonly done: (who: string) => string;
}

/** Acts on all at once and tells what came of it. */
export async function actOnAll(context: CommandContext, { agentIds, act, done }: ActOnAll): Promise<void> {
  const { worked, problem } = await askForAll(context, agentIds, act);
  const who = whoText(
    context,
    worked.map(({ id }) => id),
  );
  tellOutcome(context, worked.length > 0 ? done(who) : '', { problem });
}
