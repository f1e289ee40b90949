// Replay of stored messages from the disk, as `StoredMessage`s whose checksum was verified.
// `node benches/replay.ts [messages] [directory]`, 1,000,000 by default.
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type MessageStore, openMessageStore } from '@swarm-tui/ipc';
import { report } from './report.ts';

const [messages = '1000000', place = fileURLToPath(new URL('../node_modules/.cache', import.meta.url))] =
  process.argv.slice(2);
const count = Number(messages);
const perAppend = 1000;
const streams = 20;
const body = Buffer.alloc(128, 'x');

async function fill(store: MessageStore): Promise<void> {
  for (let first = 0; first < count; first += perAppend) {
    await store.append(
      Array.from({ length: perAppend }, (_, index) => ({
        stream: `task-${(first + index) % streams}`,
        id: `message-${first + index}`,
        type: 'buffer_taskspace_progress',
        bytes: body,
      })),
    );
  }
}

/** Messages a second; throws when one is missing or out of order. */
async function replay(store: MessageStore, stream?: string): Promise<number> {
  const start = performance.now();
  let [found, last] = [0, 0];
  for await (const page of (await store.replay({ stream })).pages) {
    for (const { receivedAt, bytes } of page) {
      if (receivedAt <= last || bytes.length !== body.length) throw new Error('a message is not where it belongs');
      last = receivedAt;
    }
    found += page.length;
  }
  const wanted = stream === undefined ? count : count / streams;
  if (found !== wanted) throw new Error(`${found} of ${wanted} messages were replayed`);
  return (found / (performance.now() - start)) * 1000;
}

mkdirSync(place, { recursive: true });
const directory = mkdtempSync(join(place, 'replay-'));
try {
  await using store = await openMessageStore({ directory, limits: { messagesPerStream: count, totalBytes: 8e9 } });
  await fill(store);
  const rates = [await replay(store), await replay(store), await replay(store)];
  console.log(
    `all streams: ${rates.map((rate) => rate.toFixed(0)).join(', ')}/s; one: ${(await replay(store, 'task-1')).toFixed(0)}/s`,
  );
  report({
    what: `replay of ${count} stored messages`,
    value: Math.max(...rates) / 1000,
    unit: 'k/s',
    reach: { atLeast: 500 },
  });
} finally {
  rmSync(directory, { recursive: true, force: true });
}
