import * as z from 'zod/mini';
import type { Authorize, Identity } from '../daemon/identity.ts';
import { WireFailure } from '../protocol/wire-codes.ts';
import type { AccessControl, Credential } from './access-control.ts';
import { createIdentity } from './create-identity.ts';

/** Longest pause of a timer; after it the clock is read again. */
const MAX_TIMER_MS = 2 ** 31 - 1;

/** `auth` of a message (symposium-ipc, section 2). */
const Auth = z.looseObject({ token: z.string().check(z.maxLength(1024)) });

/** The credentials of one connection: what it came with, then a token if it shows one, and their end. */
export class ConnectionAccess implements Authorize {
  readonly #control: AccessControl;
  readonly #address: string;
  #credential: Credential;
  #identity: Identity;
  #shown: string | undefined;
  #listener: ((reason: string) => void) | undefined;
  #timer: NodeJS.Timeout | undefined;
  #stopListening: (() => void) | undefined;

  constructor(control: AccessControl, address: string, credential: Credential) {
    this.#control = control;
    this.#address = address;
    this.#credential = credential;
    this.#identity = createIdentity(credential.grant);
  }

  onConnect(): Identity {
    return this.#identity;
  }

  /** The owner may put on a token, which takes the place of being the owner; a connection has one token in its life. */
  authenticate(auth: unknown): Identity {
    const { token } = Auth.safeParse(auth).data ?? {};
    if (token === undefined) throw new WireFailure('AUTHENTICATION_FAILED', 'auth holds no token.');
    if (token === this.#shown) return this.#identity;
    const credential = this.#control.check(token, this.#address);
    const { tokenId } = this.#credential.grant;
    if (tokenId !== null && tokenId !== credential.grant.tokenId) {
      throw new WireFailure('AUTHENTICATION_FAILED', 'This connection has another token already.');
    }
    this.#shown = token;
    if (tokenId === null) this.#become(credential);
    return this.#identity;
  }

  onEnded(listener: (reason: string) => void): void {
    this.#listener = listener;
    this.#watch();
  }

  dispose(): void {
    this.#listener = undefined;
    clearTimeout(this.#timer);
    this.#stopListening?.();
  }

  #become(credential: Credential): void {
    this.#credential = credential;
    this.#identity = createIdentity(credential.grant);
    this.#watch();
  }

  #watch(): void {
    const { tokenId } = this.#credential.grant;
    if (!this.#listener || tokenId === null) return;
    this.#stopListening ??= this.#control.tokens?.onRevoked((id) => {
      if (id === this.#credential.grant.tokenId) this.#end('token revoked');
    });
    this.#waitForExpiry();
  }

  #waitForExpiry(): void {
    const { expiresAtMs } = this.#credential;
    if (expiresAtMs === null) return;
    const leftMs = this.#control.msUntil(expiresAtMs);
    if (leftMs <= 0) return this.#end('token expired');
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#waitForExpiry(), Math.min(leftMs, MAX_TIMER_MS));
    this.#timer.unref();
  }

  #end(reason: string): void {
    const listener = this.#listener;
    this.dispose();
    listener?.(reason);
  }
}
