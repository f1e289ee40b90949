import { type JetStreamManager, jetstreamManager } from '@nats-io/jetstream';
import type { Msg } from '@nats-io/transport-node';
import type { ConnectionState } from '../../client/connection-state.ts';
import { defaultLimits } from '../../limits.ts';
import { IpcError } from '../../errors.ts';
import { type Logger, silentLogger } from '../../logger.ts';
import { matchesPattern } from '../../subjects/pattern.ts';
import { settleWithin } from '../../transport/settle-within.ts';
import type {
  Bus,
  BusCallOptions,
  BusConsumer,
  BusRequestOptions,
  BusStatus,
  BusSubscription,
  ConsumeOptions,
  HandleBusRequest,
  PublishOptions,
  PublishReceipt,
  SubscribeOptions,
} from '../bus.ts';
import { packEnvelope } from '../bus-envelope.ts';
import { checkName, checkPattern, checkResponderPattern, checkSubject, findStream, hasPrefix } from '../bus-names.ts';
import { raceSignal } from '../race-signal.ts';
import { Subscription } from '../subscription.ts';
import { NatsDurables } from './nats-durables.ts';
import { NatsLink } from './nats-link.ts';
import { defaultNatsLimits, type NatsBusOptions } from './nats-options.ts';
import { NatsRequests } from './nats-requests.ts';
import { escapeToken, NatsSubjects } from './nats-subjects.ts';

/** Room in a message of NATS for the headers that JetStream wants: the id above all. */
const HEADER_BYTES = 1024;

/**
 * A bus over a NATS server, 2.9 or newer, with JetStream. Rejects with `server-unreachable`, `access-denied`, or `refused`
 * by a server without JetStream; a connection that is lost later is made again for as long as the bus is open.
 */
export async function connectNatsBus(options: NatsBusOptions): Promise<Bus> {
  const { namespace = 'swarm', logger = silentLogger, signal } = options;
  if (!/^[A-Za-z0-9-]{1,32}$/.test(namespace)) {
    throw new IpcError('malformed', `The namespace "${namespace}" is not 1 to 32 letters, digits and -.`);
  }
  if ([options.servers].flat().some((server) => server.includes('@'))) {
    const hint = 'Give credentials in a file: credentialsFile or tokenFile.';
    throw new IpcError('malformed', 'The address of a NATS server has no user and no password.', { hint });
  }
  signal?.throwIfAborted();
  const link = await NatsLink.open(options, logger);
  try {
    const manager = await raceSignal(jetstreamManager(link.nats), signal);
    return new NatsBus(link, manager, options);
  } catch (cause) {
    await link.close();
    signal?.throwIfAborted();
    throw new IpcError('refused', 'This NATS server keeps no messages.', {
      cause,
      hint: 'Start nats-server with -js.',
    });
  }
}

class NatsBus implements Bus {
  readonly #link: NatsLink;
  readonly #logger: Logger;
  readonly #subjects: NatsSubjects;
  readonly #durables: NatsDurables;
  readonly #requests: NatsRequests;
  readonly #subscriptions = new Set<Subscription>();

  constructor(link: NatsLink, manager: JetStreamManager, options: NatsBusOptions) {
    const { namespace = 'swarm', limits, logger = silentLogger } = options;
    this.#link = link;
    this.#logger = logger;
    this.#subjects = new NatsSubjects(namespace);
    const bounds = { ...defaultNatsLimits, ...limits };
    this.#durables = new NatsDurables({ link, manager, subjects: this.#subjects, limits: bounds, logger });
    this.#requests = new NatsRequests({
      link,
      logger,
      subjects: this.#subjects,
      maxMessageBytes: () => this.#maxMessageBytes,
    });
    link.onState(({ state }) => {
      if (state === 'lost') this.#requests.rejectAll('connection-lost');
      // Nothing connects a closed link again: whoever waits on it is told.
      if (state === 'closed') this.#end();
    });
  }

  get state(): ConnectionState {
    return this.#link.state;
  }

  get #maxMessageBytes(): number {
    return this.#link.maxPayload - HEADER_BYTES;
  }

  onState(listener: (state: ConnectionState) => void): () => void {
    return this.#link.onState(listener);
  }

  async publish(subject: string, payload: unknown, { id, signal }: PublishOptions = {}): Promise<PublishReceipt> {
    this.#refuse(signal);
    const stream = findStream(subject, payload);
    const packed = packEnvelope({ subject, payload, id, maxBytes: this.#maxMessageBytes });
    const natsSubject = this.#subjects.message(subject, stream);
    if (stream !== null) {
      const publishing = this.#durables.publish(stream, { subject: natsSubject, signal, ...packed });
      return { id: packed.id, stored: { stream, ...(await raceSignal(publishing, signal)) } };
    }
    if (this.state.state !== 'connected') {
      throw new IpcError('not-connected', `Not connected: the message on ${subject} was not sent.`);
    }
    await this.#link.send(natsSubject, packed.bytes);
    return { id: packed.id, stored: null };
  }

  async subscribe(pattern: string, options: SubscribeOptions = {}): Promise<BusSubscription> {
    this.#refuse(options.signal);
    checkPattern(pattern);
    if (options.queue !== undefined) checkName('queue', options.queue);
    const callback = (error: Error | null, message: Msg): void => {
      if (error === null) this.#deliver(subscription, message);
      else this.#logger.warn({ event: 'bus.subscription-refused', pattern, cause: error });
    };
    const queue = options.queue === undefined ? {} : { queue: toQueue(options.queue, pattern) };
    const parts = this.#subjects
      .subscriptions(pattern)
      .map((natsSubject) => this.#link.nats.subscribe(natsSubject, { callback, ...queue }));
    const subscription = new Subscription({
      ...options,
      pattern,
      logger: this.#logger,
      release: (each) => {
        this.#subscriptions.delete(each);
        for (const part of parts) part.unsubscribe();
      },
    });
    this.#subscriptions.add(subscription);
    try {
      await this.#settleSubscriptions(options.signal);
      if (parts.some((part) => part.isClosed()))
        throw new IpcError('access-denied', `NATS does not let us read ${pattern}.`);
    } catch (error) {
      subscription.end();
      throw error;
    }
    return subscription;
  }

  async consume(options: ConsumeOptions): Promise<BusConsumer> {
    this.#refuse(options.signal);
    checkName('stream', options.stream);
    checkName('durable consumer', options.name);
    return raceSignal(this.#durables.consume(options), options.signal);
  }

  async request(subject: string, payload: unknown = {}, options: BusRequestOptions = {}): Promise<unknown> {
    this.#refuse(options.signal);
    checkSubject(subject);
    return this.#requests.request(subject, payload, options);
  }

  async respond(pattern: string, handle: HandleBusRequest, options: BusCallOptions = {}): Promise<AsyncDisposable> {
    this.#refuse(options.signal);
    checkResponderPattern(pattern);
    const responder = this.#requests.respond(pattern, handle, options);
    await this.#settleSubscriptions(options.signal);
    return responder;
  }

  async status({ signal }: BusCallOptions = {}): Promise<BusStatus> {
    this.#refuse(signal);
    const isConnected = this.state.state === 'connected';
    return {
      kind: 'nats',
      state: this.state,
      maxMessageBytes: this.#maxMessageBytes,
      subscriptions: this.#subscriptions.size,
      waiting: this.#durables.waiting,
      streams: isConnected ? await raceSignal(this.#durables.listStreams(), signal) : [],
    };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.state.state === 'connected') await settleWithin(this.#durables.drain(), defaultLimits.drainMs);
    await this.#link.close();
  }

  #deliver(subscription: Subscription, { subject, data }: Msg): void {
    const parsed = this.#subjects.parse(subject);
    if (parsed === undefined || !matchesPattern(subscription.pattern, parsed.subject)) return;
    subscription.push({ ...parsed, id: '', bytes: data });
  }

  /** What was subscribed to is in place, on this connection or a later one. */
  async #settleSubscriptions(signal: AbortSignal | undefined): Promise<void> {
    for (;;) {
      await this.#link.connected(signal);
      const { lost } = this.#link;
      try {
        await raceSignal(this.#link.nats.flush(), AbortSignal.any(signal ? [signal, lost] : [lost]));
        return;
      } catch (error) {
        signal?.throwIfAborted();
        if (!lost.aborted) throw error;
      }
    }
  }

  #end(): void {
    for (const subscription of this.#subscriptions) subscription.end();
    this.#requests.end();
    this.#requests.rejectAll('closed');
    this.#durables.end();
  }

  #refuse(signal: AbortSignal | undefined): void {
    signal?.throwIfAborted();
    if (this.state.state === 'closed') throw new IpcError('closed', 'The bus is closed.');
  }
}

/** Members with `prefix*` are also given what they do not want, and must not share with those who do want it. */
function toQueue(queue: string, pattern: string): string {
  return hasPrefix(pattern) ? `${escapeToken(queue)}.${escapeToken(pattern)}` : escapeToken(queue);
}
