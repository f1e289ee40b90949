// One publisher, 1, 10 and 100 subscribers in at most 4 processes, bodies of 128 bytes that each subscriber checks: count,
// order, checksum. Our daemon with everything on against NATS with its own client, a plain relay over ws, and socket.io, in
// turns. Needs nats-server. `node benches/fan-out.ts [rounds] [buses] [numbers of subscribers]`
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { BusKind } from './bus/peer.ts';
import { startBus } from './bus/start-bus.ts';
import { report } from './report.ts';

const [rounds = '3', only = 'ours,nats,ws,socket.io', sizes = '1,10,100'] = process.argv.slice(2);
const SUBSCRIBER_PROCESSES = 3;
/** Messages of a turn, so that each takes a second or two. */
const messages: Readonly<Record<BusKind, number>> = {
  ours: 1_000_000,
  nats: 1_000_000,
  ws: 30_000,
  'socket.io': 30_000,
};

interface Turn {
  /** Messages that subscribers got in a second. */
  readonly rate: number;
  readonly p99Ms: number;
  /** Microseconds of processor for each message that a subscriber got: publisher, bus, subscribers. */
  readonly cpuUs: readonly number[];
}

function startWorker(kind: BusKind, argv: readonly string[]): ChildProcess {
  const flags = process.env['CPU_PROF'] === `${kind}-${argv[0]}` ? ['--cpu-prof', '--cpu-prof-dir=/tmp/bus-prof'] : [];
  const program = fileURLToPath(new URL('./bus/fan-out-worker.ts', import.meta.url));
  const child = spawn(process.execPath, [...flags, program, ...argv], {
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  child.once('exit', (code) => {
    if (code) throw new Error(`a ${argv[0]} worker of ${kind} failed`);
  });
  return child;
}

async function takeTurn(kind: BusKind, subscribers: number): Promise<Turn> {
  await using bus = await startBus(kind);
  const count = Math.max(4096, Math.round(messages[kind] / Math.max(1, subscribers / 4)));
  const processes = Math.min(SUBSCRIBER_PROCESSES, subscribers);
  const workers = Array.from({ length: processes }, (_, index) => {
    const clients = Math.floor(subscribers / processes) + (index < subscribers % processes ? 1 : 0);
    return startWorker(kind, ['subscribe', kind, bus.address, `${count}`, `${clients}`, `${index}`]);
  });
  await Promise.all(workers.map((worker) => once(worker, 'message')));
  const publisher = startWorker(kind, ['publish', kind, bus.address, `${count}`, `${processes}`]);
  await once(publisher, 'message');
  const done = Promise.all(workers.map((worker) => once(worker, 'message')));
  publisher.send('go');
  const serverBefore = bus.cpuMs();
  const [{ ms, cpuMs }] = await once(publisher, 'message');
  const results = (await done).map(([result]) => result);
  const perMessage = (spentMs: number): number => (spentMs * 1000) / (count * subscribers);
  const cpuUs = [cpuMs, bus.cpuMs() - serverBefore, results.reduce((total, result) => total + result.cpuMs, 0)].map(
    perMessage,
  );
  const latencies = results.flatMap((result) => result.latencies).toSorted((a, b) => a - b);
  for (const worker of [publisher, ...workers]) worker.disconnect();
  await Promise.all([publisher, ...workers].map((worker) => once(worker, 'exit')));
  return { rate: (count * subscribers * 1000) / ms, p99Ms: latencies[Math.floor(latencies.length * 0.99)] ?? 0, cpuUs };
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
}

const kinds = (['ours', 'nats', 'ws', 'socket.io'] as const).filter((kind) => only.split(',').includes(kind));
for (const subscribers of sizes.split(',').map(Number)) {
  const turns = new Map<BusKind, Turn[]>(kinds.map((kind) => [kind, []]));
  for (let round = 0; round < Number(rounds); round++) {
    for (const kind of kinds) {
      const turn = await takeTurn(kind, subscribers);
      turns.get(kind)?.push(turn);
      console.log(
        `${subscribers} subscribers, ${kind}: ${Math.round(turn.rate / 1000)} k/s, p99 ${turn.p99Ms.toFixed(1)} ms, cpu ${turn.cpuUs.map((us) => us.toFixed(2)).join(' + ')} us`,
      );
    }
  }
  const rate = (kind: BusKind): number => median((turns.get(kind) ?? []).map((turn) => turn.rate));
  const compare = (against: BusKind, atLeast: number): void => {
    if (!kinds.includes(against) || !kinds.includes('ours')) return;
    const what = `fan-out to ${subscribers}, TCP`;
    report({ what, against, value: rate('ours') / rate(against), unit: 'x', reach: { atLeast } });
  };
  compare('nats', subscribers === 10 ? 1.5 : 1);
  compare('ws', 8);
  compare('socket.io', 8);
}
