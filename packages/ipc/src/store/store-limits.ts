/** Bounds of a store (symposium-ipc, section 4), each with its default. Beyond them the oldest is dropped and counted. */
export const defaultStoreLimits = {
  messagesPerStream: 10_000,
  /** By the clock on the wall. */
  ageMs: 24 * 60 * 60 * 1000,
  /** Of all kept messages: their bytes, names and 32 more each. */
  totalBytes: 100 * 1024 * 1024,
  /** Ids of messages that are gone which are still recognised, the newest over all streams. */
  rememberedIds: 100_000,
  deadLetters: 1000,
  deadLetterBytes: 10 * 1024 * 1024,
  /** Bytes that wait to be written; above it `append` rejects with `store-busy`. */
  waitingBytes: 64 * 1024 * 1024,
} as const;

/** Names and units of `defaultStoreLimits`. */
export type StoreLimits = { readonly [Name in keyof typeof defaultStoreLimits]: number };
