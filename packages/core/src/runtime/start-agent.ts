import { RuntimeError } from '../errors.ts';
import { parseRecords } from '../tmux/format.ts';
import type { TmuxOutcome } from '../tmux/tmux-transport.ts';
import { untilAborted } from '../until-aborted.ts';
import type { AgentEnder } from './agent-ender.ts';
import type { AgentServer } from './agent-server.ts';
import { madeVariables, type SpawnPlan, toCleanUpCommand, toSpawnCommands } from './spawn-commands.ts';
import { agentVariables, type TrackedAgent, toAgentWindows, toTrackedAgent } from './tracked-agent.ts';

/** Where agents are started, and by whom they are ended when nothing comes of it. */
export interface StartPlace {
  readonly server: AgentServer;
  readonly ender: AgentEnder;
}

/** What is to be started. */
export interface StartRequest {
  readonly plan: SpawnPlan;
  /** Called when nothing came of it, and only once no process of it is left. */
  readonly onTakenBack: () => Promise<void>;
}

/** The program has hardly begun: there is nothing yet that it would need time to save. */
const takeBackGraceMs = 1000;
const takeBackWithinMs = 15_000;

/** Starts the agent in a session of its own. When that fails or is aborted, settles after its processes have ended. */
export async function startAgent(
  place: StartPlace,
  { plan, onTakenBack }: StartRequest,
  signal: AbortSignal | undefined,
): Promise<TrackedAgent> {
  const { server } = place;
  const release = server.refresher.hold();
  // once tmux has it, the session will exist and must be taken back, however late the answer is
  const outcomes = server.service.transport.settleAll(toSpawnCommands(plan), { signal, signalUntil: 'written' });
  try {
    const agent = await untilAborted(
      outcomes.then((settled) => toStarted(plan, settled)),
      signal,
    );
    server.emitAll(server.index.put(agent));
    return agent;
  } catch (cause) {
    // a tmux that hangs must not hold up the caller for ever
    const bound = AbortSignal.timeout(takeBackWithinMs);
    const isEnded = await untilAborted(takeBack(place, plan, outcomes), bound).then(
      () => true,
      () => false,
    );
    if (isEnded) await onTakenBack();
    throw cause;
  } finally {
    release();
  }
}

function toStarted(plan: SpawnPlan, outcomes: readonly TmuxOutcome[]): TrackedAgent {
  const failed = outcomes.find((outcome) => outcome.status === 'rejected');
  const last = outcomes.at(-1);
  const rows = last?.status === 'fulfilled' ? parseRecords(agentVariables, last.value) : [];
  const [window] = toAgentWindows(rows);
  if (!failed && window) return toTrackedAgent(plan.metadata, { ...window, isOrphan: false });
  const reason: unknown = failed?.reason;
  throw new RuntimeError(
    'not-ready',
    `The tmux session of agent "${plan.metadata.config.agentId}" did not become ready`,
    {
      cause: reason,
      hint: reason instanceof Error ? reason.message : 'Look at the tmux server with: swarm-tui doctor',
    },
  );
}

// the processes first: closing the window only asks them, and then nobody knows of those that stay
async function takeBack(
  { server, ender }: StartPlace,
  plan: SpawnPlan,
  outcomes: Promise<readonly TmuxOutcome[]>,
): Promise<void> {
  const settled = await outcomes.catch(() => undefined);
  // taken back before tmux saw any of it
  if (settled === undefined) return;
  const [made] = settled;
  const [row] = made?.status === 'fulfilled' ? parseRecords(madeVariables, made.value) : [];
  await ender.end({ metadata: plan.metadata, pid: Number(row?.pane_pid) || null }, { graceMs: takeBackGraceMs });
  const command = toCleanUpCommand(plan, row?.window_id);
  await server.service.transport.settleAll([command]).catch(() => undefined);
  server.emitAll(server.index.remove(plan.metadata.config.agentId));
}
