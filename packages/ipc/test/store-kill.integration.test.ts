import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { createDirectory, openStore, replayAll } from './store-world.ts';

/** Hundreds by hand: `STORE_KILL_ROUNDS=300 vitest run …`. */
const rounds = Number(process.env['STORE_KILL_ROUNDS'] ?? 12);
const streams = ['s0', 's1', 's2'];
const limits = { messagesPerStream: 1_000_000, rememberedIds: 1_000_000 };

/** Runs the writer, kills it so long after its first acknowledgement, and gives what it had printed in whole lines. */
async function writeUntilKilled(directory: string, round: number): Promise<readonly string[]> {
  const program = join(import.meta.dirname, 'append-program.ts');
  const child = spawn(process.execPath, [program, directory, String(round)], { stdio: ['ignore', 'pipe', 'inherit'] });
  let output = '';
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
    output += chunk;
  });
  await once(child.stdout, 'data');
  await sleep(Math.random() * 60);
  child.kill('SIGKILL');
  await once(child, 'close');
  return output.split('\n').slice(0, -1);
}

it(`keeps every acknowledged message, once and in order, when the writer is killed ${rounds} times`, async () => {
  const directory = createDirectory();
  const next = new Map([...streams].map((stream) => [stream, 1]));
  let proven = 0;
  for (let round = 0; round < rounds; round += 1) {
    const lines = await writeUntilKilled(directory, round);
    await using store = await openStore(directory, { limits });
    expect(store.damage).toBeNull();
    const messages = await replayAll(store);
    const kept = new Set(messages.map(({ stream, seq, id }) => `${stream} ${seq} ${id}`));
    expect(lines.filter((line) => !kept.has(line))).toEqual([]);
    const ids = new Set(messages.map(({ stream, id }) => `${stream} ${id}`));
    expect(ids.size).toBe(messages.length);
    // Two messages were appended together: never one without the other.
    expect(
      messages.filter(({ stream, id }) => !ids.has(`${stream} ${id.endsWith('+') ? id.slice(0, -1) : `${id}+`}`)),
    ).toEqual([]);
    expect(messages.filter(({ id, bytes }) => !Buffer.alloc(bytes.length, id.replace('+', '')).equals(bytes))).toEqual(
      [],
    );
    const { replayTimestamp } = await store.replay();
    for (const stream of streams) {
      const first = next.get(stream) ?? 1;
      const seqs = messages.filter((each) => each.stream === stream).map(({ seq }) => seq);
      expect(seqs).toEqual(Array.from({ length: seqs.length }, (_, index) => first + index));
      next.set(stream, first + seqs.length);
      // Keeps later rounds short: what was there is proven.
      await store.acknowledge(stream, replayTimestamp);
    }
    proven += lines.length;
  }
  expect(proven).toBeGreaterThan(rounds);
}, 1_200_000);
