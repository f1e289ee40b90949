import { chmodSync, mkdirSync, readFileSync, statSync } from 'node:fs';
import { open, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod/mini';
import { IpcError } from '../errors.ts';
import { TokenRecord } from './token-record.ts';

const Content = z.object({ version: z.literal(1), tokens: z.array(TokenRecord) });

/** `tokens.json`, mode 0600, in a directory of mode 0700. It is there as a whole or not at all. */
export class TokenFile {
  readonly path: string;
  readonly #directory: string;
  #seen = '';

  constructor(directory: string) {
    this.#directory = directory;
    this.path = join(directory, 'tokens.json');
    mkdirSync(directory, { recursive: true, mode: 0o700 });
  }

  /** What the file says if it is another one than at the last call. Throws `tokens-unreadable`. */
  readChanged(): readonly TokenRecord[] | undefined {
    const mark = this.#mark();
    if (mark === this.#seen) return undefined;
    const records = mark === '' ? [] : this.#read();
    this.#seen = mark;
    return records;
  }

  /** Settles when the new content is on disk under its name. */
  async write(tokens: readonly TokenRecord[]): Promise<void> {
    const draft = `${this.path}.draft`;
    await rm(draft, { force: true });
    await using file = await open(draft, 'wx', 0o600);
    await file.writeFile(`${JSON.stringify({ version: 1, tokens }, undefined, 2)}\n`);
    await file.sync();
    await rename(draft, this.path);
    await using directory = await open(this.#directory, 'r');
    await directory.sync();
  }

  #read(): readonly TokenRecord[] {
    try {
      // Somebody edited it by hand, or copied it: the hashes are no secrets, but nobody else's business either.
      if ((statSync(this.path).mode & 0o077) !== 0) chmodSync(this.path, 0o600);
      return Content.parse(JSON.parse(readFileSync(this.path, 'utf8'))).tokens;
    } catch (cause) {
      throw new IpcError('tokens-unreadable', `The list of tokens ${this.path} makes no sense.`, { cause });
    }
  }

  /** Another one after each write; empty when there is no file. */
  #mark(): string {
    const stats = statSync(this.path, { bigint: true, throwIfNoEntry: false });
    return stats ? `${stats.ino} ${stats.mtimeNs} ${stats.size}` : '';
  }
}
