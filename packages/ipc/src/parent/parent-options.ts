import type { Dial } from '../client/dial.ts';
import type { ReconnectOptions } from '../client/reconnect.ts';
import type { HeartbeatOptions } from '../limits.ts';

/** The daemon above this one: it gets every durable message, and its commands reach the clients here. */
export interface ParentOptions {
  /** Opens the link to the parent. @default none: the parent opens it, with `connectOverStdio` */
  readonly dial?: Dial | undefined;
  /** Registers as the agent of these, which the credential must allow; `'all'`: as a manager of all taskspaces. */
  readonly taskspaces: readonly string[] | 'all';
  /** Streams that are forwarded, or patterns of them. @default those of `taskspaces` */
  readonly streams?: readonly string[] | undefined;
  /** What the parent is to send down. Durable messages only go up. @default ['agent_*'] */
  readonly subscribe?: readonly string[] | undefined;
  /** Credential, where being able to open the link is not enough. */
  readonly token?: string | undefined;
  /** Pauses between tries: for a link that was lost, and for messages that the parent cannot take now. */
  readonly reconnect?: Omit<ReconnectOptions, 'attempts'> | undefined;
  readonly heartbeat?: HeartbeatOptions | undefined;
}
