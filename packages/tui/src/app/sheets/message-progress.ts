import type { HubConnection, QueuedMessage } from '@swarm-tui/hub/client';

/** How far a message has come. */
export type Progress = Pick<QueuedMessage, 'state' | 'heldBy'>;

/** A message that the hub took for an agent. */
interface TakenMessage {
  /** The agent's. */
  readonly id: string;
  readonly value: QueuedMessage;
}

/** Listens to what becomes of messages, from before they are sent. */
export class MessageProgress implements Disposable {
  readonly #heard = new Map<string, Progress>();
  readonly #end: () => void;
  #tell: () => void = () => {};

  constructor(hub: Pick<HubConnection, 'watchEvents'>) {
    this.#end = hub.watchEvents(({ event }) => {
      if (event.type === 'message.state') this.#heard.set(`${event.id} ${event.messageId}`, event);
      this.#tell();
    });
  }

  [Symbol.dispose](): void {
    this.#end();
  }

  /** Tells how far these are, now and after each event of the fleet, until `tell` wants no more. */
  follow(taken: readonly TakenMessage[], tell: (states: readonly Progress[]) => boolean): void {
    this.#tell = () => {
      const goesOn = tell(taken.map((message) => this.#stateOf(message)));
      if (!goesOn) this.#end();
    };
    this.#tell();
  }

  // An answer can be ahead of the events before it, but nothing comes after a message was taken.
  #stateOf({ id, value }: TakenMessage): Progress {
    return value.state === 'accepted' ? value : (this.#heard.get(`${id} ${value.id}`) ?? value);
  }
}
