/** Where a client stands. Times are milliseconds since the epoch. */
export type ConnectionState =
  | { readonly state: 'connecting' }
  /** All subscriptions are in place. */
  | { readonly state: 'connected'; readonly since: number }
  /** The next try starts at `retryAt`. */
  | { readonly state: 'lost'; readonly since: number; readonly retryAt: number; readonly reason: string }
  /** For good: it was closed, or lost and told not to reconnect. */
  | { readonly state: 'closed'; readonly reason: string };
