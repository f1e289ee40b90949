// Appends without end and prints each number that was acknowledged: `node append-program.ts <directory> [maxBytes]`.
import { openEventLog } from '../src/log/open-event-log.ts';

const [directory = '', maxBytes] = process.argv.slice(2);
const workerUrl = new URL('../src/log/log-worker.ts', import.meta.url);
const log = await openEventLog({
  directory,
  workerUrl,
  maxBytes: maxBytes === undefined ? undefined : Number(maxBytes),
});

async function write(id: string): Promise<never> {
  for (;;) {
    const name = 'x'.repeat(Math.floor(Math.random() * 2000));
    const events = await log.append([
      { type: 'agent.renamed', id, name, handle: null },
      { type: 'agent.seen', id },
    ]);
    const [first] = events;
    process.stdout.write(`${first?.seq}\n`);
    if (Math.random() < 0.02) await log.saveState({ seq: first?.seq ?? 0, state: { upTo: first?.seq } });
  }
}

await Promise.all([write('a'), write('b'), write('c'), write('d')]);
