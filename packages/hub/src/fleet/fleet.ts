import { createGitReader, type ReadGit } from '@swarm-tui/core';
import { Detector } from '../detect/detector.ts';
import { Delivery } from '../delivery/delivery.ts';
import { GitWatch } from '../git/git-watch.ts';
import { readLoss } from '../git/read-loss.ts';
import type { EventLog } from '../log/event-log.ts';
import type { FleetSnapshot } from '../protocol/fleet-delta.ts';
import { ScreenFeed } from '../screen/screen-feed.ts';
import { dispatch, type FleetHandlers } from '../server/dispatch.ts';
import type { FleetObserver, FleetRequestName, FleetService, RequestContext } from '../server/fleet-service.ts';
import { Agenda } from './agenda.ts';
import { AgentLocks } from './agent-locks.ts';
import { Arrivals } from './arrivals.ts';
import { createHandlers } from './create-handlers.ts';
import { DeltaGatherer } from './delta-gatherer.ts';
import type { Environment, FleetLogger, FleetParts, FleetProviders, FleetRuntimes } from './fleet-parts.ts';
import { FleetStore } from './fleet-store.ts';
import { createJournal } from './journal.ts';
import { LifecycleCommands } from './lifecycle-commands.ts';
import { unreachable } from './reconcile.ts';
import { Remover } from './remover.ts';
import { RuntimeLink } from './runtime-link.ts';
import { StateKeeper } from './state-keeper.ts';
import { createSteadyClock } from './steady-clock.ts';
import { Spawner } from './spawner.ts';
import { tellAll } from './tell-all.ts';

/** What a fleet works with. All of it is owned by the caller. */
export interface FleetOptions {
  /** The fleet watches all that are registered when it opens; it does not dispose them. */
  readonly runtimes: FleetRuntimes;
  readonly providers: FleetProviders;
  /** Where it all is kept. The fleet does not dispose it. */
  readonly log: EventLog;
  /** @default the system's git */
  readonly git?: ReadGit | undefined;
  /** Of git, and of agents whose client brings no environment. @default process.env */
  readonly env?: Environment | undefined;
  /** Silent by default. */
  readonly logger?: FleetLogger | undefined;
  /** The wall clock, which may be put forward and back. @default Date.now */
  readonly now?: (() => number) | undefined;
}

/** What the log said when the fleet was opened. */
interface LoadedState {
  readonly store: FleetStore;
  readonly keeper: StateKeeper;
  readonly now: () => number;
}

const silent: FleetLogger = { info: () => undefined, warn: () => undefined };

/** How long `open` waits for engines: those that take longer are reconciled when they answer. */
const firstAnswerMs = 3_000;

/** All agents of one person, in one object: commands in, events to the log, state out as snapshot and deltas. */
export class Fleet implements FleetService {
  readonly #parts: FleetParts;
  readonly #observers = new Set<FleetObserver>();
  readonly #keeper: StateKeeper;
  readonly #detector: Detector;
  readonly #delivery: Delivery;
  readonly #remover: Remover;
  readonly #git: GitWatch;
  readonly #screens: ScreenFeed;
  readonly #handlers: FleetHandlers;
  readonly #links: readonly RuntimeLink[];
  readonly #outputWanted = new Set<string>();
  #isClosed = false;

  /** Reads the log, then asks all runtimes what they really have; settles when they answered, at most 3 s later. */
  static async open(options: FleetOptions): Promise<Fleet> {
    const store = new FleetStore(options.logger);
    const keeper = new StateKeeper(options.log, store);
    const clock = createSteadyClock({ wall: options.now });
    clock.startFrom(await keeper.load());
    const fleet = new Fleet(options, { store, keeper, now: clock.now });
    await fleet.#start();
    return fleet;
  }

  private constructor(options: FleetOptions, { store, keeper, now }: LoadedState) {
    const { runtimes, log } = options;
    this.#keeper = keeper;
    const parts = this.#createParts(options, { store, keeper, now });
    this.#parts = parts;
    const { env } = parts;
    const { git = createGitReader(env) } = options;
    parts.gatherer.prime([...store.agents()].map(({ record }) => record));
    store.subscribe(({ id }) => parts.gatherer.touch(id));
    const locks = new AgentLocks();
    const arrivals = new Arrivals();
    const spawner = new Spawner(parts, locks, arrivals);
    const lossOf = (id: string, signal?: AbortSignal) => readLoss({ git, env }, store.get(id).record, now(), signal);
    this.#detector = new Detector(parts);
    this.#delivery = new Delivery(parts, this.#detector);
    this.#git = new GitWatch(parts, git);
    this.#screens = new ScreenFeed(parts, (frame) => {
      this.#tell((observer) => observer.screen?.(frame));
    });
    this.#remover = new Remover({ parts, locks, spawner, readLoss: lossOf });
    this.#handlers = createHandlers({
      ...parts,
      log,
      spawner,
      lifecycle: new LifecycleCommands(parts, locks, spawner),
      remover: this.#remover,
      delivery: this.#delivery,
      detector: this.#detector,
      git: this.#git,
      readLoss: lossOf,
      snapshot: () => this.snapshot(),
    });
    this.#links = runtimes
      .listRuntimes()
      .map((id) => this.#link({ parts, locks, arrivals, place: { runtimeId: id, runtime: runtimes.getRuntime(id) } }));
  }

  #createParts(options: FleetOptions, { store, keeper, now }: LoadedState): FleetParts {
    const { runtimes, providers, log, logger = silent, env = process.env, now: wall = Date.now } = options;
    const journal = createJournal({
      log,
      now,
      apply: (event) => keeper.apply(event),
      tell: (event) => this.#tell((observer) => observer.event?.(event)),
    });
    const gatherer = new DeltaGatherer({
      now,
      find: (id) => store.find(id)?.record,
      onFlush: () => this.#detector.flush(),
      publish: (delta) => {
        this.#tell((observer) => observer.delta?.(delta));
        keeper.saveIfLong().catch((error: unknown) => logger.warn({ event: 'state.not-saved', reason: String(error) }));
      },
    });
    const suspect = (runtimeId: string) => void this.#links.find(({ record }) => record.id === runtimeId)?.reconcile();
    return { store, journal, gatherer, runtimes, providers, logger, env, now, wall, agenda: new Agenda(now), suspect };
  }

  handle(name: FleetRequestName, params: unknown, context: RequestContext): Promise<unknown> {
    return dispatch(this.#handlers, name, params, context);
  }

  snapshot(): FleetSnapshot {
    // Clients that follow the deltas already get what was gathered as one, so that it is not missing from theirs.
    this.#parts.gatherer.flush();
    return {
      seq: this.#parts.gatherer.seq,
      agents: [...this.#parts.store.agents()].map(({ record }) => record),
      runtimes: this.#links.map(({ record }) => record),
    };
  }

  subscribe(observer: FleetObserver): () => void {
    this.#observers.add(observer);
    return () => this.#observers.delete(observer);
  }

  setInterest(subject: string, isWanted: boolean): void {
    const [, id, what] = /^agent\.([a-z0-9-]+)\.(screen|output)$/.exec(subject) ?? [];
    if (id === undefined) return;
    if (what === 'screen') return isWanted ? this.#screens.watch(id) : this.#screens.unwatch(id);
    if (isWanted) this.#outputWanted.add(id);
    else this.#outputWanted.delete(id);
  }

  /** Ends the watching, not the agents. What was appended before is settled by the log. */
  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#isClosed) return;
    this.#isClosed = true;
    for (const link of this.#links) link[Symbol.dispose]();
    this.#git[Symbol.dispose]();
    this.#parts.agenda[Symbol.dispose]();
    this.#parts.gatherer[Symbol.dispose]();
    await this.#keeper
      .save()
      .catch((error: unknown) => this.#parts.logger.warn({ event: 'state.not-saved', reason: String(error) }));
  }

  async #start(): Promise<void> {
    const answered = Promise.all(this.#links.map((link) => link.reconcile()));
    const late = Promise.withResolvers<void>();
    const timer = setTimeout(() => late.resolve(), firstAnswerMs);
    await Promise.race([answered, late.promise]);
    clearTimeout(timer);
    await this.#missUnregistered();
    this.#delivery.recover();
  }

  /** Agents of a runtime that is not there, as one that was not loaded: nobody can say that they are gone. */
  async #missUnregistered(): Promise<void> {
    const { store, runtimes, journal, logger } = this.#parts;
    const known = new Set(runtimes.listRuntimes());
    const records = [...store.agents()].map(({ record }) => record).filter(({ runtimeId }) => !known.has(runtimeId));
    const events = records.flatMap((record) => unreachable([record], `the runtime ${record.runtimeId} is not loaded`));
    if (events.length === 0) return;
    await journal.append(...events).catch((error: unknown) => {
      logger.warn({ event: 'fleet.not-logged', reason: String(error) });
    });
  }

  #link(options: Omit<ConstructorParameters<typeof RuntimeLink>[0], 'listener'>): RuntimeLink {
    const listener = {
      output: (id: string, data: Uint8Array) => this.#onOutput(id, data),
      title: (id: string, title: string) => this.#detector.title(id, title),
      foreground: (id: string, command: string) => this.#detector.foreground(id, command),
      reconciled: (runtimeId: string, infos: Parameters<Detector['reconciled']>[0]) => {
        this.#detector.reconciled(infos);
        this.#remover.retry(runtimeId);
      },
    };
    return new RuntimeLink({ ...options, listener });
  }

  #onOutput(id: string, data: Uint8Array): void {
    // Not the runtime's time: only times of one clock can be compared.
    const at = this.#parts.now();
    this.#detector.output(id, data, at);
    this.#screens.touch(id);
    if (!this.#outputWanted.has(id)) return;
    this.#tell((observer) => observer.output?.({ id, data, at }));
  }

  #tell(tell: (observer: FleetObserver) => void): void {
    tellAll(this.#observers, tell, this.#parts.logger);
  }
}
