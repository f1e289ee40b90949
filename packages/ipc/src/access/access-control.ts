import type { Authorize } from '../daemon/identity.ts';
import { WireFailure } from '../protocol/wire-codes.ts';
import { AttemptLimiter } from './attempt-limiter.ts';
import { ConnectionAccess } from './connection-access.ts';
import { type Grant, ownerGrant } from './grant.ts';
import { grantOf, isSecretOf, splitToken, type TokenRecord } from './token-record.ts';
import type { TokenStore } from './token-store.ts';

export interface AccessControlOptions {
  /** Without it nobody gets in by a token. */
  readonly tokens?: TokenStore | undefined;
  /** What whoever can open the socket file may do: less than all for a socket that is made for one agent. @default all */
  readonly owner?: Omit<Grant, 'tokenId'> | undefined;
  readonly now?: (() => number) | undefined;
}

/** A credential that was looked at and found good. */
export interface Credential {
  readonly grant: Grant;
  /** Milliseconds since 1970; null: never. */
  readonly expiresAtMs: number | null;
}

/** Who may come in, and as what: the owner through the socket file, all others by token. */
export class AccessControl {
  readonly tokens: TokenStore | undefined;
  readonly #owner: Grant;
  readonly #now: () => number;
  readonly #attempts = new AttemptLimiter();

  constructor({ tokens, owner = ownerGrant, now = Date.now }: AccessControlOptions = {}) {
    this.tokens = tokens;
    this.#owner = { ...owner, tokenId: null };
    this.#now = now;
  }

  /**
   * For a connection over the socket file. Its mode 0600 makes the kernel refuse everybody else (Node cannot ask for the
   * peer's uid), root excepted.
   */
  admitOwner(): Authorize {
    return new ConnectionAccess(this, 'local', { grant: this.#owner, expiresAtMs: null });
  }

  /** For a connection from `address` that shows a token. Throws like `check`. */
  admitToken(token: string, address: string): Authorize {
    return new ConnectionAccess(this, address, this.check(token, address));
  }

  /**
   * What the token allows. Throws a `WireFailure`: `AUTHENTICATION_FAILED`, or `RATE_LIMIT_EXCEEDED` after ten wrong ones
   * from one address. Guesses at one token do not shut out the others of that address.
   */
  check(token: string, address: string): Credential {
    const nowMs = this.#now();
    const parts = splitToken(token);
    const record = parts && this.tokens?.find(parts.id);
    const key = `${networkOf(address)} ${record?.id ?? ''}`;
    const retryAfterMs = this.#attempts.waitMs(key, nowMs);
    if (retryAfterMs > 0) throw new WireFailure('RATE_LIMIT_EXCEEDED', 'Too many wrong tokens.', { retryAfterMs });
    if (!parts || !record || !isSecretOf(record, parts.secret)) {
      this.#attempts.failed(key, nowMs);
      throw new WireFailure('AUTHENTICATION_FAILED', 'The token is not valid.');
    }
    return toCredential(record, nowMs);
  }

  /** Milliseconds until a time, by the clock that tells when tokens end. */
  msUntil(timeMs: number): number {
    return timeMs - this.#now();
  }
}

function toCredential(record: TokenRecord, nowMs: number): Credential {
  const expiresAtMs = record.expires_at === null ? null : Date.parse(record.expires_at);
  if (expiresAtMs !== null && expiresAtMs <= nowMs) {
    throw new WireFailure('AUTHENTICATION_FAILED', `The time of token "${record.name}" is up.`);
  }
  return { grant: grantOf(record), expiresAtMs };
}

/** One household has a whole /64 of IPv6 addresses. */
function networkOf(address: string): string {
  const plain = address.startsWith('::ffff:') ? address.slice('::ffff:'.length) : address;
  if (!plain.includes(':')) return plain;
  const [head = '', tail] = plain.split('::');
  const left = head.split(':').filter(Boolean);
  const zeros = tail === undefined ? [] : Array.from({ length: Math.max(0, 4 - left.length) }, () => '0');
  return [...left, ...zeros].slice(0, 4).join(':');
}
