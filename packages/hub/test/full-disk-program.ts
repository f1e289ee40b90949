// Fills the disk at the given directory through the event log, makes room, goes on, and prints what happened as JSON.
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { EventLog } from '../src/log/event-log.ts';
import { openEventLog } from '../src/log/open-event-log.ts';
import { toWireError } from '../src/protocol/wire-error.ts';

const [disk = ''] = process.argv.slice(2);
const workerUrl = new URL('../src/log/log-worker.ts', import.meta.url);

async function fill(log: EventLog): Promise<{ readonly acknowledged: number; readonly failure: unknown }> {
  for (let acknowledged = 0; ; acknowledged += 1) {
    try {
      await log.append([{ type: 'agent.renamed', id: 'a', name: 'x'.repeat(5000), handle: null }]);
    } catch (error) {
      return { acknowledged, failure: toWireError(error) };
    }
  }
}

async function run(): Promise<object> {
  writeFileSync(join(disk, 'ballast'), Buffer.alloc(200_000));
  await using log = await openEventLog({ directory: join(disk, 'state'), workerUrl });
  const { acknowledged, failure } = await fill(log);
  const found = (await log.stats()).events;
  rmSync(join(disk, 'ballast'));
  const [next] = await log.append([{ type: 'agent.seen', id: 'a' }]);
  return { acknowledged, failure, found, afterRoom: next?.seq };
}

async function openReadOnly(): Promise<object> {
  const failure: unknown = await openEventLog({ directory: join(disk, 'state'), workerUrl }).catch(toWireError);
  return { failure };
}

function isWritable(): boolean {
  try {
    writeFileSync(join(disk, 'probe'), '');
    return true;
  } catch {
    return false;
  }
}

process.stdout.write(JSON.stringify(isWritable() ? await run() : await openReadOnly()));
