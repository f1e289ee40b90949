import { randomBytes } from 'node:crypto';
import { binaryCodec } from '../codec/binary-codec.ts';
import { IpcError } from '../errors.ts';
import type { Envelope, ResponsePayload } from '../protocol/envelope.ts';
import { toErrorEnvelope, toFailedResponse } from '../protocol/failure.ts';
import { WireFailure } from '../protocol/wire-codes.ts';
import { findSubjectFault, matchesPattern } from '../subjects/pattern.ts';
import { startHeartbeat } from '../transport/heartbeat.ts';
import type { Link, LinkListener } from '../transport/link.ts';
import type { DaemonHost } from './daemon-host.ts';
import type { Authorize, Identity } from './identity.ts';
import { Receiver } from './receiver.ts';
import type { PendingRequest } from './request-routes.ts';
import type { Policy, Subscription } from './subscription-keeper.ts';
import { TokenBucket } from './token-bucket.ts';

const FREE_CACHED = 4096;
/** May do nothing until it shows a credential. */
const nobody: Identity = {
  clientType: 'cli',
  taskspaces: new Set(),
  isOwner: false,
  mayPublish: () => false,
  maySubscribe: () => false,
  narrow: () => {
    throw new WireFailure('AUTHENTICATION_FAILED', 'This connection needs a credential first.');
  },
};

/** One connected client: who it is, what it subscribed to, what it asked and owes. */
export class DaemonSession implements LinkListener {
  id: string;
  readonly authorize: Authorize;
  readonly receiver: Receiver;
  readonly bucket: TokenBucket;
  readonly connectedAt = Date.now();
  /** By pattern and queue. */
  readonly subscriptions = new Map<string, Subscription>();
  /** Requests that it waits for, by its id; requests that it has to answer, by the id they came with. */
  readonly asked = new Map<string, PendingRequest>();
  readonly owed = new Map<string, PendingRequest>();
  /** What it said at `client_register`; null before. */
  registration: { readonly capabilities: readonly string[]; readonly at: string } | null = null;
  /** Bytes of it that are on their way to the disk. */
  durableBytes = 0;
  /** Messages of it that are being worked on. */
  busy = 0;
  #isEnded = false;
  #idle: PromiseWithResolvers<void> | undefined;
  readonly #link: Link;
  readonly #host: DaemonHost;
  readonly #heartbeat: Disposable;
  readonly #suffix = randomBytes(9).toString('hex');
  readonly #free = new Map<string, boolean>();
  #identity: Identity;

  constructor(link: Link, host: DaemonHost, authorize: Authorize) {
    this.#link = link;
    this.#host = host;
    this.authorize = authorize;
    this.#identity = authorize.onConnect() ?? nobody;
    this.id = this.nameFor(this.#identity);
    this.bucket = new TokenBucket(host.limits.messagesPerSecond, performance.now());
    this.receiver = new Receiver({
      link,
      limits: host.limits,
      isStrict: (type) => this.#policyFor(type) === 'disconnect',
      onDropped: (count) => host.exchange.metrics.dropped.add('slow-reader', count),
    });
    this.#heartbeat = startHeartbeat(link, host.heartbeat);
    authorize.onEnded((reason) => link.destroy(reason));
  }

  get identity(): Identity {
    return this.#identity;
  }

  set identity(identity: Identity) {
    this.#identity = identity;
    this.#free.clear();
  }

  /** Bytes that wait for the client to read. */
  get pendingBytes(): number {
    return this.#link.pendingBytes + this.receiver.heldBytes;
  }

  get isText(): boolean {
    return this.#link.isText;
  }

  start(): void {
    this.#link.start(this);
  }

  /** Id for this connection with such an identity. */
  nameFor({ clientType }: Identity): string {
    return `${clientType}_${this.#suffix}`;
  }

  /** Whether messages of this taskspace are any of its business. */
  sees(taskspace: string): boolean {
    const { taskspaces } = this.#identity;
    return taskspaces === 'all' || taskspaces.has(taskspace);
  }

  /** Whether it may publish on `type`, and that is all there is to it: a subject that is not kept on disk. */
  isFree(type: string): boolean {
    const known = this.#free.get(type);
    if (known !== undefined) return known;
    if (this.#free.size >= FREE_CACHED) this.#free.clear();
    const isSubject = type.includes('.') && !type.startsWith('buffer.') && findSubjectFault(type) === undefined;
    const isFree = isSubject && !this.#host.isClosing() && this.#identity.mayPublish(type);
    this.#free.set(type, isFree);
    return isFree;
  }

  /** From now on the daemon takes nothing any more. */
  stopTaking(): void {
    this.#free.clear();
  }

  respond(id: string, payload: ResponsePayload): void {
    if (this.receiver.send({ type: 'response', id, payload })) return;
    const failure = new WireFailure('LIMIT_EXCEEDED', 'The answer is larger than a frame may be.');
    this.receiver.send({ type: 'response', id, payload: toFailedResponse(failure) });
  }

  complain({ code, message, retryAfterMs }: WireFailure, originalId?: string): void {
    const id = this.#host.exchange.createId();
    this.receiver.send(toErrorEnvelope({ id, code, message, originalId, retryAfterMs }));
  }

  close(reason: string): Promise<void> {
    return this.#link.close(reason, this.#host.limits.drainMs);
  }

  destroy(reason: string): void {
    this.#link.destroy(reason);
  }

  frame(bytes: Buffer): void {
    if (bytes.length === 0) throw new IpcError('malformed', 'A frame is empty.');
    this.#host.relay.relay(this, bytes);
  }

  /** A line of text goes the way of a frame. */
  message(envelope: Envelope): void {
    try {
      this.#host.relay.relay(this, binaryCodec.encode(envelope));
    } catch (problem) {
      if (!(problem instanceof IpcError)) throw problem;
      this.malformed(problem, false, envelope.id);
    }
  }

  malformed(problem: IpcError, isFatal: boolean, originalId?: string): void {
    this.#host.logger.warn({ event: 'daemon.malformed', clientId: this.id, problem: problem.message });
    this.complain(new WireFailure('MESSAGE_FORMAT_INVALID', problem.message), originalId);
    if (isFatal) void this.close('malformed');
  }

  drained(): void {
    this.receiver.drained();
    this.#host.drained(this);
  }

  /** A peer that writes and closes its half still gets its answers. */
  ended(): void {
    this.#isEnded = true;
    this.settle();
  }

  /** Whether it ended the connection itself. */
  get hasSaidGoodbye(): boolean {
    return this.#isEnded;
  }

  /** Settles when none of its messages is being worked on. */
  async idle(): Promise<void> {
    if (this.busy === 0) return;
    this.#idle ??= Promise.withResolvers<void>();
    await this.#idle.promise;
  }

  /** Closes the connection of a client that sends no more, when it has all its answers. */
  settle(): void {
    if (this.busy === 0) this.#idle?.resolve();
    if (this.#isEnded && this.busy === 0 && this.asked.size === 0) void this.close('input ended');
  }

  closed(reason: string): void {
    this.#heartbeat[Symbol.dispose]();
    this.authorize.dispose();
    this.receiver.close();
    this.#idle?.resolve();
    this.#host.logger.debug({ event: 'daemon.client-closed', clientId: this.id, reason });
    this.#host.closed(this, reason);
  }

  #policyFor(type: string): Policy {
    for (const { pattern, policy } of this.subscriptions.values()) {
      if (policy === 'disconnect' && matchesPattern(pattern, type)) return policy;
    }
    return 'drop-oldest';
  }
}
