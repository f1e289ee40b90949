import type { CommandContext } from './command.ts';
import { errorText } from './error-text.ts';
import { nameOf } from './targets.ts';

export interface ActOnAll {
  readonly agentIds: readonly string[];
  /** Asks the hub for one agent. */
  readonly act: (id: string) => Promise<unknown>;
  /** What it reads when it worked: `payments-retry stopped`, `3 agents stopped`. */
  readonly done: (who: string) => string;
}

/** `payments-retry`, or `3 agents`. */
export function whoText(context: Pick<CommandContext, 'getState'>, agentIds: readonly string[]): string {
  const [only] = agentIds;
  return agentIds.length === 1 && only !== undefined ? nameOf(context.getState(), only) : `${agentIds.length} agents`;
}

/** Acts on all at once; each failure is told with its agent, and does not keep the others. Gives those that worked. */
export async function actOnAll(context: CommandContext, { agentIds, act, done }: ActOnAll): Promise<readonly string[]> {
  const results = await Promise.allSettled(agentIds.map(act));
  const worked = agentIds.filter((_id, index) => results[index]?.status === 'fulfilled');
  const text = worked.length > 0 ? done(whoText(context, worked)) : '';
  if (text !== '') context.dispatch({ type: 'toast', kind: 'info', text });
  for (const [index, result] of results.entries()) {
    if (result.status === 'fulfilled') continue;
    const name = nameOf(context.getState(), agentIds[index] ?? '');
    context.dispatch({ type: 'toast', kind: 'error', text: `${name}: ${errorText(result.reason)}` });
  }
  return worked;
}
