import { defaultLimits } from '../limits.ts';

/** Bounds of a daemon, each with its default: those of every server, fewer clients, and a rate. */
export const defaultDaemonLimits = {
  ...defaultLimits,
  /** Connections at a time (symposium-ipc, section 1). */
  clients: 100,
  /** Messages of one client a second, on average; as many may come at once. */
  messagesPerSecond: 2_000_000,
  /** Size of the messages in one answer to `buffer_replay`; more are fetched by asking again. */
  replayBytes: 2 * 1024 * 1024,
  /** Bytes that one client may have on their way to the disk. */
  durableBytes: 32 * 1024 * 1024,
} as const;

/** Names and units of `defaultDaemonLimits`. */
export type DaemonLimits = { readonly [Name in keyof typeof defaultDaemonLimits]: number };
