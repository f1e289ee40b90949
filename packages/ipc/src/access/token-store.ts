import { type FSWatcher, watch } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { IpcError } from '../errors.ts';
import { type Logger, silentLogger } from '../logger.ts';
import type { ClientType } from '../protocol/client-type.ts';
import { WireFailure } from '../protocol/wire-codes.ts';
import { tryLockFile } from '../store/store-lock.ts';
import { findPatternFault } from '../subjects/pattern.ts';
import { roleRules } from './rules.ts';
import { TokenFile } from './token-file.ts';
import { makeToken, type TokenRecord } from './token-record.ts';

const LOCK_WAIT_MS = 5000;
const RETRY_MS = 5;

export interface TokenStoreOptions {
  /** A directory of its own, made with mode 0700. */
  readonly directory: string;
  readonly logger?: Logger | undefined;
  readonly now?: (() => number) | undefined;
}

export interface NewToken {
  /** For people. */
  readonly name: string;
  readonly role: ClientType;
  /** For `agent` and `ide`: those that it may touch. @default all, for the other roles */
  readonly taskspaces?: readonly string[] | undefined;
  /** Patterns of types and subjects that it may send, within what the role allows. @default all */
  readonly publish?: readonly string[] | undefined;
  /** Patterns that cover what it may subscribe to. @default all */
  readonly subscribe?: readonly string[] | undefined;
  /** @default never */
  readonly expiresAt?: Date | undefined;
}

/** What can be told of a token: neither the secret nor its hash. */
export type TokenInfo = Omit<TokenRecord, 'sha256'>;

/**
 * The tokens of a daemon, in a file. Other processes may change it meanwhile: what they revoke is revoked here too.
 * Changes reject with `tokens-locked` when another process keeps the file locked.
 */
export class TokenStore implements AsyncDisposable {
  readonly #file: TokenFile;
  readonly #directory: string;
  readonly #logger: Logger;
  readonly #now: () => number;
  readonly #watcher: FSWatcher;
  readonly #listeners = new Set<(id: string) => void>();
  #records = new Map<string, TokenRecord>();
  #changes: Promise<unknown> = Promise.resolve();

  private constructor({ directory, logger = silentLogger, now = Date.now }: TokenStoreOptions) {
    this.#directory = directory;
    this.#logger = logger;
    this.#now = now;
    this.#file = new TokenFile(directory);
    this.#take(this.#file.readChanged());
    this.#watcher = watch(directory, { persistent: false }, () => this.#refresh());
    this.#watcher.on('error', (cause) => logger.warn({ event: 'access.watch-failed', cause }));
  }

  /** Rejects with `tokens-unreadable`. */
  static async open(options: TokenStoreOptions): Promise<TokenStore> {
    return new TokenStore(options);
  }

  /** The token is told once, here. Rejects with a `WireFailure` `MESSAGE_FORMAT_INVALID` for a scope that makes no sense. */
  create(wish: NewToken): Promise<{ readonly token: string; readonly info: TokenInfo }> {
    return this.#change((records) => {
      const { id, token, sha256 } = makeToken();
      const record = { id, sha256, created_at: new Date(this.#now()).toISOString(), ...toScope(wish) };
      records.set(id, record);
      return { token, info: toInfo(record) };
    });
  }

  /** Sessions of the token end at once. False when there is none of this id. */
  revoke(id: string): Promise<boolean> {
    return this.#change((records) => records.delete(id));
  }

  list(): readonly TokenInfo[] {
    this.#refresh();
    return [...this.#records.values()].map(toInfo);
  }

  /** Also one whose time is up. */
  find(id: string): TokenRecord | undefined {
    this.#refresh();
    return this.#records.get(id);
  }

  /** Tells the id of each token that is revoked, here or by another process. */
  onRevoked(listener: (id: string) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#watcher.close();
    this.#listeners.clear();
    await this.#changes;
  }

  /** One after the other, here and among processes: each begins with what is in the file, and holds once it is on disk. */
  #change<Result>(apply: (records: Map<string, TokenRecord>) => Result): Promise<Result> {
    const change = this.#changes.then(async () => {
      using _ = await lock(join(this.#directory, 'lock.db'));
      this.#take(this.#file.readChanged());
      const records = new Map(this.#records);
      const result = apply(records);
      await this.#file.write([...records.values()]);
      this.#take(this.#file.readChanged());
      return result;
    });
    this.#changes = change.catch(() => undefined);
    return change;
  }

  /** A file that makes no sense changes nothing: who broke it is told in the log. */
  #refresh(): void {
    try {
      this.#take(this.#file.readChanged());
    } catch (cause) {
      this.#logger.error({ event: 'access.tokens-unreadable', cause });
    }
  }

  #take(records: readonly TokenRecord[] | undefined): void {
    if (!records) return;
    const gone = this.#records;
    this.#records = new Map(records.map((record) => [record.id, record]));
    for (const id of gone.keys()) if (!this.#records.has(id)) this.#tell(id);
  }

  #tell(id: string): void {
    this.#logger.info({ event: 'access.token-revoked', tokenId: id });
    for (const listener of this.#listeners) listener(id);
  }
}

function toScope(wish: NewToken): Omit<TokenRecord, 'id' | 'sha256' | 'created_at'> {
  const { name, role, publish = ['>'], subscribe = ['>'], expiresAt } = wish;
  const fault = [...publish, ...subscribe]
    .map((pattern) => [pattern, findPatternFault(pattern)])
    .find(([, why]) => why);
  if (fault) throw new WireFailure('MESSAGE_FORMAT_INVALID', `The pattern "${fault[0]}" ${fault[1]}.`);
  const needsOwn = roleRules[role].taskspaces === 'own';
  if (needsOwn && !wish.taskspaces?.length) {
    throw new WireFailure('MESSAGE_FORMAT_INVALID', `A token for ${role} names the taskspaces that it is for.`);
  }
  const taskspaces = wish.taskspaces ? [...wish.taskspaces] : 'all';
  const expires_at = expiresAt?.toISOString() ?? null;
  return { name, role, taskspaces, publish: [...publish], subscribe: [...subscribe], expires_at };
}

/** Waits without holding the process up: the other holder may be in it. */
async function lock(path: string): Promise<Disposable> {
  for (const end = performance.now() + LOCK_WAIT_MS; performance.now() < end; await sleep(RETRY_MS)) {
    const held = tryLockFile(path, 0);
    if (held) return held;
  }
  throw new IpcError('tokens-locked', `Another process is changing the tokens, and does not end: ${path}.`);
}

function toInfo(record: TokenRecord): TokenInfo {
  const { id, name, role, taskspaces, publish, subscribe, created_at, expires_at } = record;
  return { id, name, role, taskspaces, publish, subscribe, created_at, expires_at };
}
