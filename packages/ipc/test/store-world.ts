import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import type { MessageStore, NewMessage } from '../src/store/message-store.ts';
import { type OpenMessageStoreOptions, openMessageStore } from '../src/store/open-message-store.ts';

export const workerUrl = new URL('../src/store/store-worker.ts', import.meta.url);

/** Of this test alone, and gone after it. */
export function createDirectory(): string {
  const directory = mkdtempSync(join(tmpdir(), 'ipc-store-'));
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
  return directory;
}

/** Closed at the end of the test at the latest. */
export async function openStore(
  directory: string,
  options: Partial<OpenMessageStoreOptions> = {},
): Promise<MessageStore> {
  const store = await openMessageStore({ directory, workerUrl, ...options });
  onTestFinished(() => store[Symbol.asyncDispose]());
  return store;
}

export function createMessages(stream: string, count: number, size = 100): readonly NewMessage[] {
  return Array.from({ length: count }, (_, index) => ({
    stream,
    id: `${stream}-${index + 1}`,
    type: 'buffer_taskspace_progress',
    bytes: Buffer.alloc(size, index),
  }));
}

/** All messages of all streams that are not acknowledged. */
export async function replayAll(store: MessageStore) {
  const { pages } = await store.replay();
  const messages = await Array.fromAsync(pages);
  return messages.flat();
}
