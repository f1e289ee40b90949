// One process of the fan-out: `publish kind address count processes` or `subscribe kind address count clients name`.
import { connectPeer } from './connect-peer.ts';
import { BODY_BYTES, type BusKind, sum, writeBody } from './peer.ts';

/** Messages that may be under way: no bus has to drop any, none is idle. */
const WINDOW = 16_384;
const ACK_EVERY = 2048;
const PER_TURN = 256;

const [role, kind, address = '', count = '0', more = '0', name = ''] = process.argv.slice(2);
const total = Number(count);

function toKind(text: string | undefined): BusKind {
  if (text === 'ours' || text === 'nats' || text === 'ws' || text === 'socket.io') return text;
  throw new Error(`no bus called ${text}`);
}

/** What one process of subscribers has got so far. */
class Progress {
  readonly #received: number[];
  readonly #publishAck: (ack: Buffer) => void;
  readonly #latencies: number[] = [];
  #left: number;
  #acked = 0;
  #cpuBefore = 0;

  constructor(clients: number, publishAck: (ack: Buffer) => void) {
    this.#received = Array.from({ length: clients }, () => 0);
    this.#left = clients;
    this.#publishAck = publishAck;
  }

  /** Checks number, order and checksum. */
  accept(client: number, body: Uint8Array): void {
    if (this.#cpuBefore === 0) this.#cpuBefore = cpuMs();
    const expected = this.#received[client] ?? 0;
    const view = new DataView(body.buffer, body.byteOffset, body.byteLength);
    if (view.getUint32(0, true) !== expected) throw new Error(`another one came instead of ${expected}`);
    if (view.getUint32(12, true) !== sum(body)) throw new Error(`message ${expected} is damaged`);
    if (expected % 64 === 0)
      this.#latencies.push(performance.timeOrigin + performance.now() - view.getFloat64(4, true));
    const count = expected + 1;
    this.#received[client] = count;
    if (count === total) this.#left--;
    if (count === total || count % ACK_EVERY === 0) this.#acknowledge(Math.min(...this.#received));
  }

  #acknowledge(count: number): void {
    if (count > this.#acked) {
      this.#acked = count;
      const ack = Buffer.alloc(BODY_BYTES);
      ack.writeUInt32LE(count, 0);
      ack.writeUInt32LE(Number(name), 4);
      this.#publishAck(ack);
    }
    if (this.#left === 0) process.send?.({ latencies: this.#latencies, cpuMs: cpuMs() - this.#cpuBefore });
  }
}

async function subscribe(clients: number): Promise<void> {
  const first = await connectPeer(toKind(kind), address);
  const progress = new Progress(clients, (ack) => first.publish('bench.ack', ack));
  for (let client = 0; client < clients; client++) {
    const peer = client === 0 ? first : await connectPeer(toKind(kind), address);
    await peer.subscribe('bench.data', (body) => progress.accept(client, body));
  }
}

async function publish(processes: number): Promise<void> {
  const peer = await connectPeer(toKind(kind), address);
  const acks = Array.from({ length: processes }, () => 0);
  let wake = Promise.withResolvers<void>();
  await peer.subscribe('bench.ack', (body) => {
    const view = new DataView(body.buffer, body.byteOffset, body.byteLength);
    acks[view.getUint32(4, true)] = view.getUint32(0, true);
    wake.resolve();
    wake = Promise.withResolvers<void>();
  });
  process.send?.('ready');
  await new Promise((resolve) => process.once('message', resolve));
  const startedAt = performance.now();
  const cpuBefore = cpuMs();
  for (let sequence = 0; sequence < total; sequence++) {
    while (sequence - Math.min(...acks) >= WINDOW) await wake.promise;
    const body = Buffer.allocUnsafe(BODY_BYTES).fill(sequence & 0xff);
    writeBody(body, sequence);
    peer.publish('bench.data', body);
    if (sequence % PER_TURN === PER_TURN - 1) await new Promise((resolve) => setImmediate(resolve));
  }
  while (Math.min(...acks) < total) await wake.promise;
  process.send?.({ ms: performance.now() - startedAt, cpuMs: cpuMs() - cpuBefore });
}

/** Time of the processor that this process took. */
function cpuMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

if (role === 'publish') await publish(Number(more));
else {
  await subscribe(Number(more));
  process.send?.('ready');
}
process.on('disconnect', () => process.exit());
