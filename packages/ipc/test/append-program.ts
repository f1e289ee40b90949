// Appends without end from several publishers, some messages twice, and prints each acknowledged one as
// `stream seq id`: `node append-program.ts <directory> <round>`.
import { openMessageStore } from '../src/store/open-message-store.ts';

const [directory = '', round = ''] = process.argv.slice(2);
const workerUrl = new URL('../src/store/store-worker.ts', import.meta.url);
const limits = { messagesPerStream: 1_000_000, rememberedIds: 1_000_000 };
const store = await openMessageStore({ directory, workerUrl, limits });

async function publish(publisher: number): Promise<never> {
  const stream = `s${publisher % 3}`;
  for (let count = 1; ; count += 1) {
    const id = `${round}-${publisher}-${count}`;
    const bytes = Buffer.alloc(Math.floor(Math.random() * 500), id);
    const pair = ['', '+'].map((half) => ({ stream, id: id + half, type: 'buffer_test', bytes }));
    const stored = await store.append(pair);
    if (Math.random() < 0.2) await store.append(pair);
    process.stdout.write(stored.map(({ seq }, index) => `${stream} ${seq} ${pair[index]?.id}\n`).join(''));
  }
}

await Promise.all(Array.from({ length: 6 }, (_, index) => publish(index)));
