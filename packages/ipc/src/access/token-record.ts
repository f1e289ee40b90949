import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import * as z from 'zod/mini';
import { ClientType } from '../protocol/client-type.ts';
import { isoTime } from '../protocol/field.ts';
import type { Grant } from './grant.ts';

const ID_BYTES = 6;
const SECRET_BYTES = 32;

/**
 * A token as it is kept: without its secret, of which only the SHA-256 is known. The secret has 256 random bits: there is
 * nothing to guess, so a slow hash would protect nothing and let strangers burn our time.
 */
export const TokenRecord = z.object({
  id: z.string().check(z.minLength(1), z.maxLength(64)),
  name: z.string().check(z.maxLength(256)),
  sha256: z.string().check(z.regex(/^[0-9a-f]{64}$/)),
  role: ClientType,
  taskspaces: z.union([z.literal('all'), z.array(z.string())]),
  publish: z.array(z.string()),
  subscribe: z.array(z.string()),
  created_at: isoTime('when it was made'),
  expires_at: z.nullable(isoTime('when it ends')),
});
export type TokenRecord = z.infer<typeof TokenRecord>;

/** A new token: `swarm_<id>_<secret>`. The id is no secret; it finds the record, whose hash is then compared. */
export function makeToken(): { readonly id: string; readonly token: string; readonly sha256: string } {
  const id = randomBytes(ID_BYTES).toString('hex');
  const secret = randomBytes(SECRET_BYTES).toString('base64url');
  return { id, token: `swarm_${id}_${secret}`, sha256: hash(secret).toString('hex') };
}

/** The parts of a token, or undefined when it is none. */
export function splitToken(token: string): { readonly id: string; readonly secret: string } | undefined {
  const [, id, secret] = /^swarm_([0-9a-f]{12})_([\w-]{43})$/.exec(token) ?? [];
  return id !== undefined && secret !== undefined ? { id, secret } : undefined;
}

/** Compares in a time that does not depend on where they differ. */
export function isSecretOf(record: TokenRecord, secret: string): boolean {
  return timingSafeEqual(hash(secret), Buffer.from(record.sha256, 'hex'));
}

/** What the holder of the token may do. */
export function grantOf({ id, role, taskspaces, publish, subscribe }: TokenRecord): Grant {
  return { role, taskspaces: taskspaces === 'all' ? 'all' : new Set(taskspaces), publish, subscribe, tokenId: id };
}

function hash(secret: string): Buffer {
  return createHash('sha256').update(secret).digest();
}
