const maxBytes = 64 * 1024;
const maxPanes = 1024;

/**
 * Output of panes that are not known yet. Keeps the first 64 KiB of each of the last 1024 panes; what is beyond that is
 * dropped: the screen can still be captured.
 */
export class UnclaimedOutput {
  readonly #panes = new Map<string, { readonly chunks: Uint8Array[]; size: number }>();

  keep(paneId: string, data: Uint8Array): void {
    const entry = this.#panes.get(paneId) ?? { chunks: [], size: 0 };
    if (entry.size + data.length > maxBytes) return;
    // the transport uses its buffer again
    entry.chunks.push(data.slice());
    entry.size += data.length;
    this.#panes.set(paneId, entry);
    const [oldest] = this.#panes.keys();
    if (this.#panes.size > maxPanes && oldest !== undefined) this.#panes.delete(oldest);
  }

  /** What was kept of a pane, in order; then it is forgotten. */
  take(paneId: string): readonly Uint8Array[] {
    const chunks = this.#panes.get(paneId)?.chunks ?? [];
    this.#panes.delete(paneId);
    return chunks;
  }
}
