import { randomBytes } from 'node:crypto';
import { binaryCodec } from '../codec/binary-codec.ts';
import type { DaemonMetrics } from '../metrics/daemon-metrics.ts';
import { type SubjectMatch, SubjectTable } from '../subjects/subject-table.ts';
import type { QueueGroup } from '../subjects/queue-group.ts';
import type { DaemonSession } from './daemon-session.ts';
import { Relayed } from './relayed.ts';

/** Who is there, who wants what, and the way to all of them. */
export class Exchange {
  readonly sessions = new Set<DaemonSession>();
  readonly table = new SubjectTable<DaemonSession>();
  readonly metrics: DaemonMetrics;
  readonly #prefix = `daemon_${randomBytes(6).toString('base64url')}`;
  readonly #byId = new Map<string, DaemonSession>();
  #next = 1;

  constructor(createMetrics: (exchange: Exchange) => DaemonMetrics) {
    this.metrics = createMetrics(this);
  }

  /** The client of this id. */
  find(clientId: string): DaemonSession | undefined {
    return this.#byId.get(clientId);
  }

  add(session: DaemonSession): void {
    this.sessions.add(session);
    this.#byId.set(session.id, session);
  }

  rename(session: DaemonSession, id: string): void {
    this.#byId.delete(session.id);
    session.id = id;
    this.#byId.set(id, session);
  }

  remove(session: DaemonSession): void {
    this.sessions.delete(session);
    if (this.#byId.get(session.id) === session) this.#byId.delete(session.id);
  }

  /** An id for a message of the daemon's own. */
  createId(): string {
    return `${this.#prefix}-${this.#next++}`;
  }

  match(type: string): SubjectMatch<DaemonSession> {
    return this.table.match(type);
  }

  /** To all subscribers, and to one of each queue. With a `taskspace`, to those who may see it. */
  deliver(match: SubjectMatch<DaemonSession>, run: Relayed, count: number, taskspace?: string): void {
    const { subscribers, queues } = match;
    let receivers = 0;
    for (let index = 0; index < subscribers.length; index++) {
      const session = subscribers[index];
      if (session === undefined || (taskspace !== undefined && !session.sees(taskspace))) continue;
      session.receiver.relay(run);
      receivers++;
    }
    for (const queue of queues) {
      const member = pickMember(queue, taskspace);
      // A member that also subscribed alone has it already.
      if (member === undefined || subscribers.includes(member)) continue;
      member.receiver.relay(run);
      receivers++;
    }
    this.#count(run, receivers, count);
  }

  /** To one client alone. False when it is larger than a frame may be. */
  deliverTo(session: DaemonSession, run: Relayed): boolean {
    this.#count(run, 1, 1);
    return session.receiver.sendWhole(run);
  }

  /** Says something as the daemon to whoever wants to know. */
  announce(type: string, payload: unknown): void {
    const match = this.match(type);
    if (match.subscribers.length === 0 && match.queues.length === 0) return;
    const bytes = binaryCodec.encode({ type, id: this.createId(), timestamp: new Date().toISOString(), payload });
    this.deliver(match, new Relayed(bytes), 1);
  }

  #count(run: Relayed, receivers: number, count: number): void {
    this.metrics.messagesOut.add(receivers * count);
    this.metrics.bytesOut.add(receivers * run.bytes.length);
  }
}

/** The next member that may see it, if possible one with room. */
export function pickMember(queue: QueueGroup<DaemonSession>, taskspace: string | undefined): DaemonSession | undefined {
  const canSee = (session: DaemonSession): boolean => taskspace === undefined || session.sees(taskspace);
  return queue.pick((session) => canSee(session) && session.receiver.hasRoom) ?? queue.pick(canSee);
}
