/** The members of a queue that a subject reaches: one of them gets each message. */
export class QueueGroup<Subscriber> {
  readonly name: string;
  readonly members: readonly Subscriber[];
  #next: number;

  /** `turn` says where the round begins, so that a group made anew does not always begin with the same member. */
  constructor(name: string, members: readonly Subscriber[], turn: number) {
    this.name = name;
    this.members = members;
    this.#next = turn % members.length;
  }

  /** The next member, in turn, that has room; undefined when none has. */
  pick(hasRoom: (member: Subscriber) => boolean): Subscriber | undefined {
    for (let tries = 0; tries < this.members.length; tries++) {
      const member = this.members[this.#next];
      this.#next = (this.#next + 1) % this.members.length;
      if (member !== undefined && hasRoom(member)) return member;
    }
    return undefined;
  }
}
