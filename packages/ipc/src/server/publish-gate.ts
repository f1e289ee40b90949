/**
 * Decides what a slow reader still gets: nothing above the bound, and again everything once half of it is free, so that
 * it loses stretches and not single messages. Counts what it holds back, per subject.
 */
export class PublishGate {
  readonly #dropAboveBytes: number;
  #dropped = new Map<string, number>();

  constructor(dropAboveBytes: number) {
    this.#dropAboveBytes = dropAboveBytes;
  }

  /** False: the message is counted and must not be sent. */
  admit(subject: string, pendingBytes: number): boolean {
    const isLagging = this.#dropped.size > 0;
    if (!isLagging && pendingBytes <= this.#dropAboveBytes) return true;
    this.#dropped.set(subject, (this.#dropped.get(subject) ?? 0) + 1);
    return false;
  }

  /** Subjects with their counts to tell the reader about; empty while it still lags. Opens the gate. */
  reopen(pendingBytes: number): ReadonlyMap<string, number> {
    if (this.#dropped.size === 0 || pendingBytes > this.#dropAboveBytes / 2) return new Map();
    const dropped = this.#dropped;
    this.#dropped = new Map();
    return dropped;
  }
}
