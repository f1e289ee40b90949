import type { ClientType } from '../protocol/client-type.ts';

/** What a credential allows. */
export interface Grant {
  readonly role: ClientType;
  readonly taskspaces: ReadonlySet<string> | 'all';
  /** Patterns of the types and subjects that may be sent, within what the role allows. */
  readonly publish: readonly string[];
  /** Patterns that cover what may be subscribed to. */
  readonly subscribe: readonly string[];
  /** The token; null for the owner of the socket. */
  readonly tokenId: string | null;
}

/** All that a person may: for the owner of the socket. */
export const ownerGrant: Grant = { role: 'cli', taskspaces: 'all', publish: ['>'], subscribe: ['>'], tokenId: null };
