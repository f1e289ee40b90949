import type { ClientType } from '../protocol/client-type.ts';

/** The part of `client_register` that asks for a role. */
export interface RoleWish {
  readonly clientType: ClientType;
  /** Those that it limits itself to. */
  readonly taskspaceIds?: readonly string[] | undefined;
}

/** What a client may do: fixed by its credential, and narrowed at most. Never changes: a narrower one is a new object. */
export interface Identity {
  readonly clientType: ClientType;
  /** Those whose messages, buffers and consumers it may touch. */
  readonly taskspaces: ReadonlySet<string> | 'all';
  /** Whether the socket file alone is its credential. */
  readonly isOwner: boolean;
  /** Whether it may send this type or subject at all; the same answer each time. What the payload names is not looked at. */
  mayPublish(type: string): boolean;
  /** Whether all that the pattern can match may be subscribed to; messages of other taskspaces are left out for it later. */
  maySubscribe(pattern: string): boolean;
  /** For `client_register`. Throws a `WireFailure` `AUTHENTICATION_FAILED` for more than it has. */
  narrow(wish: RoleWish): Identity;
}

/** The credentials of one connection. `access/connection-access.ts` makes one for each. */
export interface Authorize {
  /** What the connection may do from its start: as the owner of the socket, or by the token it came with. */
  onConnect(): Identity | undefined;
  /** For `auth` of a message. Throws a `WireFailure`: `AUTHENTICATION_FAILED`, or `RATE_LIMIT_EXCEEDED` after too many tries. */
  authenticate(auth: unknown): Identity;
  /** Calls `listener` once, when the token that was shown is revoked or its time is up: the connection must end then. */
  onEnded(listener: (reason: string) => void): void;
  /** The connection is gone. */
  dispose(): void;
}
