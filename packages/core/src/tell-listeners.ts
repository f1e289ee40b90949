/** Calls each listener. The fault of one neither stops the others nor stays unseen: it is thrown in a turn of its own. */
export function tellListeners<Event>(listeners: Iterable<(event: Event) => void>, event: Event): void {
  for (const listener of listeners) {
    try {
      listener(event);
    } catch (error) {
      queueMicrotask(() => {
        throw error;
      });
    }
  }
}
