/** A subscription that asks for the present state at its start and again after each break. */
export interface Watch {
  /** The link is up (again), or messages were dropped: ask anew. */
  resync(): void;
  close(): void;
}

/** How long after a failed request, with the link up, the next try starts. */
export const resyncDelayMs = 1000;
