import { homedir } from 'node:os';
import type { CallOptions } from '../call-options.ts';
import { RuntimeError } from '../errors.ts';
import { createControlTransport } from '../tmux/control-transport.ts';
import { parseRecords, recordFormat } from '../tmux/format.ts';
import { listenCommand } from '../tmux/listening.ts';
import { sessionTarget } from '../tmux/tmux-target.ts';
import type { TmuxEvent } from '../tmux/tmux-event.ts';
import { TmuxService } from '../tmux/tmux-service.ts';
import type { TmuxCommand, TmuxTransport } from '../tmux/tmux-transport.ts';
import { AgentIndex } from './agent-index.ts';
import type { RuntimeEvent } from './agent-runtime.ts';
import { toAgentsTmuxConfPath, writeAgentsTmuxConf } from './agents-tmux-conf.ts';
import { LookTimer } from './look-timer.ts';
import { lookAgainMs, MissingStatuses } from './missing-statuses.ts';
import { Refresher } from './refresher.ts';
import { untilAborted } from '../until-aborted.ts';
import { hiddenSession } from './session-name.ts';
import { UnclaimedOutput } from './unclaimed-output.ts';
import {
  agentPaneFilter,
  type AgentRow,
  agentVariables,
  type AgentWindow,
  type RuntimeName,
  sightVariables,
  toAgentWindows,
  type TrackedAgent,
} from './tracked-agent.ts';

/** Which tmux server, where its configuration lies, and who hears of its agents. */
export interface AgentServerOptions {
  readonly runtime: RuntimeName;
  /** The tmux program. */
  readonly tmux: string;
  readonly configDirectory: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly emit: (event: RuntimeEvent) => void;
}

const metadataVariables = ['pane_id', '@swarm_meta'] as const;
const everyPane: TmuxCommand = ['list-panes', '-a', '-f', agentPaneFilter];
/** Each heard pane once. No subscriptions (`refresh-client -B`): tmux 3.3a dies of those of a client that was killed. */
const heardPanes: TmuxCommand = ['list-panes', '-s', '-t', `${sessionTarget(hiddenSession)}:`, '-f', agentPaneFilter];
/** The end of any child makes tmux collect all that ended; in the background, for commands behind it must not wait. */
const collectChildren: TmuxCommand = ['run-shell', '-b', 'true'];
const refreshingEvents: ReadonlySet<TmuxEvent['type']> = new Set([
  'sessions-changed',
  'session-renamed',
  'window-close',
  'window-renamed',
  'unlinked-window-close',
  'unlinked-window-renamed',
  'client-detached',
  'client-session-changed',
]);

/** The tmux server that the agents of one `LocalRuntime` live on: connection, set-up, and an index kept by events. */
export class AgentServer implements AsyncDisposable {
  readonly service: TmuxService;
  readonly index: AgentIndex;
  readonly refresher: Refresher;
  readonly #options: AgentServerOptions;
  readonly #transport: TmuxTransport;
  readonly #configFile: string;
  readonly #unclaimed = new UnclaimedOutput();
  readonly #statuses = new MissingStatuses();
  readonly #looks = new LookTimer(() => this.#lookAtPanes());
  #ready: Promise<void> | undefined;
  #unsubscribe: (() => void) | undefined;
  #isClosed = false;

  constructor(options: AgentServerOptions) {
    const { runtime, tmux, env, configDirectory } = options;
    this.#options = options;
    this.#configFile = toAgentsTmuxConfPath(configDirectory);
    const command = [tmux, '-L', runtime.socketName];
    const reach = { command, session: hiddenSession, configFile: this.#configFile };
    this.#transport = createControlTransport({ ...reach, env: toServerEnvironment(env) });
    const server = { id: `${runtime.type}:${runtime.socketName}`, label: runtime.id, isLocal: true };
    this.service = new TmuxService({ transport: this.#transport, server });
    this.index = new AgentIndex(runtime);
    this.refresher = new Refresher(() => this.#refreshByEvent());
  }

  /** As `connect`, but only to a server that runs; answers whether one does. One that ended has no agents any more. */
  async connectIfAlive(options: CallOptions = {}): Promise<boolean> {
    this.#listen();
    const mark = this.index.mark();
    if (!this.#ready && !(await this.#transport.isAlive(options))) {
      this.emitAll(this.index.replace([], new Map(), mark));
      return false;
    }
    await this.connect(options);
    return true;
  }

  /** Connects, starts the server when there is none, and learns which agents there are. Cheap when done already. */
  async connect({ signal }: CallOptions = {}): Promise<void> {
    signal?.throwIfAborted();
    if (this.#isClosed) throw new RuntimeError('tmux-closed', `Runtime "${this.#options.runtime.id}" is disposed`);
    this.#ready ??= this.#open().catch((error: unknown) => {
      this.#ready = undefined;
      throw error;
    });
    await untilAborted(this.#ready, signal);
  }

  /** Asks tmux for all agents, and brings the index up to date. */
  async list(options?: CallOptions): Promise<void> {
    const mark = this.index.mark();
    const [rows, metadata] = await this.#transport.runAll(
      [
        [...everyPane, '-F', recordFormat(agentVariables)],
        [...everyPane, '-F', recordFormat(metadataVariables)],
      ],
      options,
    );
    const texts = parseRecords(metadataVariables, metadata ?? []).map(
      (record) => [record.pane_id, record['@swarm_meta']] as const,
    );
    await this.#take(this.#toWindows(rows ?? []), new Map(texts), mark);
  }

  emitAll(events: readonly RuntimeEvent[]): void {
    for (const event of events) {
      this.#options.emit(event);
      if (event.type === 'added') this.#emitUnclaimed(event.info.handle.agentId);
      // its program may print nothing for long
      if (event.type === 'added' || event.type === 'restarted') this.#looks.notice();
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#isClosed = true;
    this.#unsubscribe?.();
    this.refresher[Symbol.dispose]();
    this.#looks[Symbol.dispose]();
    await this.service[Symbol.asyncDispose]();
  }

  async #open(): Promise<void> {
    await writeAgentsTmuxConf(this.#options.configDirectory);
    this.#listen();
    await this.#setUp();
  }

  #listen(): void {
    this.#unsubscribe ??= this.#transport.subscribe((event) => this.#onEvent(event));
  }

  // also for a server that runs already: it may have been started by hand, or by an older version of us
  async #setUp(): Promise<void> {
    const [, environment = []] = await this.#transport.runAll([
      ['source-file', this.#configFile],
      ['show-environment', '-g'],
    ]);
    await this.#transport.runAll(environment.flatMap(toUnset));
    await this.list();
    // agents may have gone on to other programs while nobody looked
    this.#looks.notice();
  }

  #onEvent(event: TmuxEvent): void {
    if (event.type === 'output') this.#onOutput(event.paneId, event.data);
    else if (event.type === 'disconnected') this.#onDisconnected(event.reason);
    else if (event.type === 'reconnected') this.#onReconnected();
    else if (event.type === 'session-remade') this.#setUp().catch(() => undefined);
    else if (refreshingEvents.has(event.type)) this.refresher.request();
  }

  #onOutput(paneId: string, data: Uint8Array): void {
    const agent = this.index.findByPane(paneId);
    if (!agent) return this.#unclaimed.keep(paneId, data);
    this.#options.emit({ type: 'output', agentId: agent.metadata.config.agentId, data, at: Date.now() });
    this.#looks.notice();
  }

  // an agent's first bytes may come before tmux's answer that it exists
  #emitUnclaimed(agentId: string): void {
    const paneId = this.index.find(agentId)?.paneId;
    const chunks = paneId === undefined ? [] : this.#unclaimed.take(paneId);
    for (const data of chunks) this.#options.emit({ type: 'output', agentId, data, at: Date.now() });
  }

  /** Title and foreground program change with output, so they are asked for after some; also repairs a missed death. */
  async #lookAtPanes(): Promise<void> {
    // a command would start a server that has ended, which nobody asked for
    if (!this.#ready) return;
    const lines = await this.#transport.run([...heardPanes, '-F', recordFormat(sightVariables)]);
    for (const sight of parseRecords(sightVariables, lines)) {
      const agent = this.index.findByPane(sight.pane_id);
      if (agent && (sight.pane_dead === '1') !== (agent.exit !== null)) this.refresher.request();
      this.emitAll(this.index.see(sight));
    }
  }

  #onDisconnected(reason: string): void {
    this.#ready = undefined;
    this.#options.emit({ type: 'down', reason });
  }

  // it is `connect` itself that may have made the connection again, and then sets up already
  #onReconnected(): void {
    if (this.#isClosed) return;
    this.#ready ??= this.#setUp().catch((error: unknown) => {
      this.#ready = undefined;
      throw error;
    });
    const onUp = (): void => this.#options.emit({ type: 'up' });
    this.#ready.then(onUp, () => undefined);
  }

  // a round that an event asked for: everything but the metadata, which is asked for only where it is not known
  async #refreshByEvent(): Promise<void> {
    // a command would start a server that has ended, which nobody asked for
    if (!this.#ready) return;
    const mark = this.index.mark();
    const rows = await this.#transport.run([...everyPane, '-F', recordFormat(agentVariables)]);
    const windows = this.#toWindows(rows);
    const unknown = windows.filter(({ row }) => !this.index.metadataOf(row.pane_id)).map(({ row }) => row.pane_id);
    const outcomes = await this.#transport.settleAll(
      unknown.map((id): TmuxCommand => ['display-message', '-p', '-t', id, '--', recordFormat(metadataVariables)]),
    );
    const lines = outcomes.flatMap((outcome) => (outcome.status === 'fulfilled' ? outcome.value : []));
    const texts = parseRecords(metadataVariables, lines).map(
      (record) => [record.pane_id, record['@swarm_meta']] as const,
    );
    await this.#take(windows, new Map(texts), mark);
  }

  // an exit status that comes is told by the `pane-died` hook; one that tmux missed comes after a nudge
  #toWindows(lines: readonly string[]): readonly AgentWindow[] {
    const rows = parseRecords(agentVariables, lines);
    const { lost, isAwaiting, needsNudge } = this.#statuses.look(rows, performance.now());
    if (needsNudge) void this.#transport.settleAll([collectChildren]);
    if (isAwaiting) this.refresher.requestIn(lookAgainMs);
    return toAgentWindows(rows, lost);
  }

  async #take(windows: readonly AgentWindow[], metadata: ReadonlyMap<string, string>, mark: number): Promise<void> {
    this.emitAll(this.index.replace(windows, metadata, mark));
    const left = windows.flatMap(({ row }) => toUnwatchedSize(row, this.index.findByPane(row.pane_id)));
    const unheard = windows.filter(({ isHeard, row }) => !isHeard && this.index.metadataOf(row.pane_id));
    const commands = [...left, ...unheard.map(({ row }) => listenCommand(row.window_id, hiddenSession))];
    // a window that went away meanwhile needs neither
    if (commands.length > 0) await this.#transport.settleAll(commands);
  }
}

// gives a window back the size of an agent nobody looks at, without pinning it: the next viewer sizes it again
function toUnwatchedSize(row: AgentRow, agent: TrackedAgent | undefined): readonly TmuxCommand[] {
  if (!agent || agent.viewers > 0) return [];
  const { columns, rows } = agent.metadata.config.size;
  if (row.window_width === String(columns) && row.window_height === String(rows)) return [];
  return [
    ['resize-window', '-t', row.window_id, '-x', String(columns), '-y', String(rows)],
    ['set-option', '-w', '-u', '-t', row.window_id, 'window-size'],
  ];
}

// what a server inherits from whoever started it must not reach agents that somebody else asks for
function toUnset(line: string): readonly TmuxCommand[] {
  const name = /^-?([^=]+)/.exec(line)?.[1];
  return name === undefined || name === '' ? [] : [['set-environment', '-g', '-u', name]];
}

function toServerEnvironment(
  env: Readonly<Record<string, string | undefined>>,
): Readonly<Record<string, string | undefined>> {
  const { PATH, HOME = homedir(), TMUX_TMPDIR, LANG, LC_ALL, LC_CTYPE, USER } = env;
  return { PATH, HOME, TMUX_TMPDIR, LANG, LC_ALL, LC_CTYPE, USER, TERM: 'screen-256color' };
}
