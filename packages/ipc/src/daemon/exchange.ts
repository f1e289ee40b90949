import { randomBytes } from 'node:crypto';
import { binaryCodec } from '../codec/binary-codec.ts';
import { type SubjectMatch, SubjectTable } from '../subjects/subject-table.ts';
import type { DaemonSession } from './daemon-session.ts';
import { Relayed } from './relayed.ts';

/** Who is there, who wants what, and the way to all of them. */
export class Exchange {
  readonly sessions = new Set<DaemonSession>();
  readonly table = new SubjectTable<DaemonSession>();
  readonly counts = { delivered: 0, dropped: 0 };
  readonly #prefix = `daemon_${randomBytes(6).toString('base64url')}`;
  readonly #byId = new Map<string, DaemonSession>();
  #next = 1;

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
    for (let index = 0; index < subscribers.length; index++) {
      const session = subscribers[index];
      if (session === undefined || (taskspace !== undefined && !session.sees(taskspace))) continue;
      session.receiver.relay(run);
      this.counts.delivered += count;
    }
    for (const queue of queues) {
      const canSee = (session: DaemonSession): boolean => taskspace === undefined || session.sees(taskspace);
      const member = queue.pick((session) => canSee(session) && session.receiver.hasRoom) ?? queue.pick(canSee);
      // A member that also subscribed alone has it already.
      if (member === undefined || subscribers.includes(member)) continue;
      member.receiver.relay(run);
      this.counts.delivered += count;
    }
  }

  /** Says something as the daemon to whoever wants to know. */
  announce(type: string, payload: unknown): void {
    const match = this.match(type);
    if (match.subscribers.length === 0 && match.queues.length === 0) return;
    const bytes = binaryCodec.encode({ type, id: this.createId(), timestamp: new Date().toISOString(), payload });
    this.deliver(match, new Relayed(bytes), 1);
  }
}
