/** Bounds at the edge, each with its default. All can be lowered or raised per server or client. */
export const defaultLimits = {
  /** Connections at a time; one more is told so and closed. */
  clients: 256,
  /** A frame or line in either direction. */
  frameBytes: 16 * 1024 * 1024,
  /** Requests of one client that are not answered yet; one more is refused with `RATE_LIMIT_EXCEEDED`. */
  requestsInFlight: 1024,
  /** Subjects and patterns of one client. */
  subscriptions: 4096,
  /** From connecting to the first complete line or the WebSocket upgrade. */
  handshakeMs: 30_000,
  /** Unsent bytes of one client above which published messages are dropped for it and counted. */
  dropAboveBytes: 4 * 1024 * 1024,
  /** Unsent bytes of one client above which it is disconnected: answers it asked for and never read. */
  disconnectAboveBytes: 64 * 1024 * 1024,
  /** What a clean shutdown waits for requests in work, and again for clients to take their last bytes. */
  drainMs: 1000,
} as const;

/** Names and units of `defaultLimits`. */
export type Limits = { readonly [Name in keyof typeof defaultLimits]: number };

export interface HeartbeatOptions {
  /** Time between two signs of life. @default 30000 */
  readonly intervalMs?: number | undefined;
  /** Silence after which the other side is given up. @default 90000 */
  readonly timeoutMs?: number | undefined;
}
