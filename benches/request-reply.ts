// Requests of 128 bytes, answered by a second process: 1 and 64 at a time, against NATS requests; and one message at a time from a
// publisher to a subscriber and back. Median and 99th percentile, in turns. Needs nats-server. `node benches/request-reply.ts`
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { BusKind } from './bus/peer.ts';
import { startBus } from './bus/start-bus.ts';
import { report } from './report.ts';

const [rounds = '5'] = process.argv.slice(2);
const kinds = ['ours', 'nats'] as const;
/** What is measured: requests by how many at a time; `hop` is one message there and one back. */
const modes = { '1': 6000, '64': 40_000, hop: 6000 } as const;

interface Times {
  readonly p50: number;
  readonly p99: number;
}

async function takeTurn(kind: BusKind, mode: keyof typeof modes): Promise<Times> {
  await using bus = await startBus(kind);
  const start = (...argv: readonly string[]): ChildProcess => {
    const program = fileURLToPath(new URL('./bus/request-worker.ts', import.meta.url));
    return spawn(process.execPath, [program, ...argv], { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
  };
  const server = start('serve', kind, bus.address, mode);
  await once(server, 'message');
  const asker = start('ask', kind, bus.address, mode, `${modes[mode]}`);
  const [times] = await once(asker, 'message');
  for (const worker of [server, asker]) worker.disconnect();
  await Promise.all([server, asker].map((worker) => once(worker, 'exit')));
  return times;
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
}

for (const mode of ['1', '64', 'hop'] as const) {
  const turns = { ours: [] as Times[], nats: [] as Times[] };
  for (let round = 0; round < Number(rounds); round++) {
    for (const kind of kinds) turns[kind].push(await takeTurn(kind, mode));
  }
  for (const part of ['p50', 'p99'] as const) {
    const [ours, nats] = kinds.map((kind) => median(turns[kind].map((times) => times[part])));
    console.log(`${mode}, ${part}: ours ${ours?.toFixed(3)} ms, nats ${nats?.toFixed(3)} ms`);
    const what = mode === 'hop' ? `one message at a time, ${part}` : `request/response, ${mode} in flight, ${part}`;
    report({
      what,
      against: 'nats',
      value: (ours ?? 0) / (nats ?? 1),
      unit: 'x',
      reach: { atMost: mode === 'hop' ? 1.2 : 1 },
    });
  }
}
