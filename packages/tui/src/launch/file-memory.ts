import { randomUUID } from 'node:crypto';
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { AskOptions, MemoryPort } from '../app/machine-port.ts';

type Fields = Readonly<Record<string, unknown>>;

/**
 * What a person's UIs remember, in one JSON file that only they can read. Two UIs at once share it: each writes the
 * fields that changed in it, the last one wins. A damaged file is set aside as `….damaged`.
 */
export class FileMemory implements MemoryPort {
  readonly #path: string;
  /** What this UI loaded or saved last: what differs from it was changed here. */
  #known: Fields = {};
  #queue: Promise<unknown> = Promise.resolve();
  #setAside: string | null = null;

  constructor(path: string) {
    this.#path = path;
  }

  get setAside(): string | null {
    return this.#setAside;
  }

  load({ signal }: AskOptions = {}): Promise<unknown> {
    return this.#serial(async () => {
      const fields = await this.#read(signal);
      this.#known = fields ?? {};
      return fields;
    });
  }

  save(memory: unknown): Promise<void> {
    return this.#serial(async () => {
      if (!isFields(memory)) return;
      const theirs = (await this.#read()) ?? {};
      await this.#write({ ...theirs, ...changed(memory, this.#known, theirs) });
      this.#known = memory;
    });
  }

  /** Settles when nothing is being written any more, well or badly. */
  async settled(): Promise<void> {
    await this.#queue;
  }

  #serial<T>(act: () => Promise<T>): Promise<T> {
    const done = this.#queue.then(act);
    this.#queue = done.catch(() => undefined);
    return done;
  }

  async #read(signal?: AbortSignal): Promise<Fields | undefined> {
    let text: string;
    try {
      text = await readFile(this.#path, { encoding: 'utf8', signal });
    } catch (error) {
      if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
      throw error;
    }
    const fields = parseFields(text);
    if (fields !== undefined) return fields;
    const aside = `${this.#path}.damaged`;
    await rename(this.#path, aside);
    this.#setAside = aside;
    return undefined;
  }

  async #write(fields: Fields): Promise<void> {
    const temporary = `${this.#path}.${randomUUID()}`;
    await mkdir(dirname(this.#path), { recursive: true, mode: 0o700 });
    try {
      await writeFile(temporary, `${JSON.stringify(fields)}\n`, { mode: 0o600, flag: 'wx' });
      await rename(temporary, this.#path);
    } catch (error) {
      await rm(temporary, { force: true });
      throw error;
    }
  }
}

/** The fields of `mine` that changed since `known`, and those that nobody wrote yet. */
function changed(mine: Fields, known: Fields, theirs: Fields): Fields {
  const isNew = ([name, value]: [string, unknown]): boolean =>
    !(name in theirs) || JSON.stringify(value) !== JSON.stringify(known[name]);
  return Object.fromEntries(Object.entries(mine).filter(isNew));
}

function parseFields(text: string): Fields | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isFields(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
