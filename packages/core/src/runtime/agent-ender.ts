import type { AgentExit } from '../agent/agent-info.ts';
import { RuntimeError } from '../errors.ts';
import type { EndProcessTree } from '../process/end-process-tree.ts';
import { agentRunVariable } from './agent-environment.ts';
import type { KillOptions } from './agent-runtime.ts';
import type { AgentServer } from './agent-server.ts';
import type { TrackedAgent } from './tracked-agent.ts';

/** What ending agents needs. */
export interface AgentEnderOptions {
  readonly server: AgentServer;
  readonly endProcessTree: EndProcessTree;
}

const defaultGraceMs = 5000;
const deathNoticeMs = 10_000;

/** Ends agents: their whole process tree first, then what tmux holds of them. */
export class AgentEnder {
  readonly #server: AgentServer;
  readonly #endProcessTree: EndProcessTree;

  constructor({ server, endProcessTree }: AgentEnderOptions) {
    this.#server = server;
    this.#endProcessTree = endProcessTree;
  }

  /** Ends the processes; tmux may learn of it a moment later. */
  async end(
    { metadata, pid }: Pick<TrackedAgent, 'metadata' | 'pid'>,
    { graceMs = defaultGraceMs, signal }: KillOptions = {},
  ): Promise<void> {
    await this.#endProcessTree({ rootPid: pid, marker: `${agentRunVariable}=${metadata.run}`, graceMs, signal });
  }

  /** Ends the processes; screen and exit status stay readable. */
  async stop(agent: TrackedAgent, options: KillOptions = {}): Promise<AgentExit> {
    if (!agent.exit) await this.#announce(agent, options);
    await this.end(agent, options);
    return agent.exit ?? (await this.#waitForExit(agent, options));
  }

  /** So that the end will count as wanted; taken back when it is not carried out after all. */
  async #announce({ windowId }: TrackedAgent, options: KillOptions): Promise<void> {
    const { transport } = this.#server.service;
    try {
      await transport.run(['set-option', '-w', '-t', windowId, '@swarm_stopping', '1'], options);
      options.signal?.throwIfAborted();
    } catch (error) {
      void transport.settleAll([['set-option', '-w', '-u', '-t', windowId, '@swarm_stopping']]).catch(() => undefined);
      throw error;
    }
  }

  /** Ends the processes and removes the window from every session, and with it the agent's own session. */
  async remove(agent: TrackedAgent, options: KillOptions = {}): Promise<void> {
    await this.end(agent, options);
    const session = agent.isOrphan ? [] : [['kill-session', '-t', agent.sessionId]];
    // people may have added windows to the session; either may be gone already
    const outcomes = await this.#server.service.transport.settleAll(
      [['kill-window', '-t', agent.windowId], ...session],
      options,
    );
    const failed = outcomes.find((outcome) => outcome.status === 'rejected' && !isGone(outcome.reason));
    if (failed?.status === 'rejected') throw failed.reason;
    this.#server.emitAll(this.#server.index.remove(agent.metadata.config.agentId));
  }

  // tmux reports the death by an event; asking once more covers a report that came before we listened
  async #waitForExit({ metadata }: TrackedAgent, { signal }: KillOptions): Promise<AgentExit> {
    const { agentId } = metadata.config;
    const deadline = performance.now() + deathNoticeMs;
    while (performance.now() < deadline) {
      await this.#server.list({ signal });
      const exit = this.#server.index.find(agentId)?.exit;
      if (exit) return exit;
      await this.#server.refresher.next(deadline - performance.now(), signal);
    }
    throw new RuntimeError('timed-out', `tmux did not report the end of agent "${agentId}"`, { hint: 'Try again.' });
  }
}

function isGone(error: unknown): boolean {
  return error instanceof RuntimeError && error.code === 'target-not-found';
}
