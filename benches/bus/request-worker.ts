// One side of the requests: `serve kind address mode` or `ask kind address mode count`.
import { connectPeer } from './connect-peer.ts';
import { BODY_BYTES, type BusKind, sum, writeBody } from './peer.ts';

const [role, kind, address = '', mode = '1', count = '0'] = process.argv.slice(2);

function toKind(text: string | undefined): BusKind {
  if (text === 'ours' || text === 'nats') return text;
  throw new Error(`no bus called ${text}`);
}

const peer = await connectPeer(toKind(kind), address);

async function serve(): Promise<void> {
  if (mode === 'hop') await peer.subscribe('bench.there', (body) => peer.publish('bench.back', body));
  else await peer.serve('bench.echo', (body) => body);
  process.send?.('ready');
}

/** Half of the way there and back, in ms. */
async function createHop(): Promise<(body: Buffer) => Promise<Uint8Array>> {
  let waiting = Promise.withResolvers<Uint8Array>();
  await peer.subscribe('bench.back', (body) => waiting.resolve(body));
  return (body) => {
    waiting = Promise.withResolvers<Uint8Array>();
    peer.publish('bench.there', body);
    return waiting.promise;
  };
}

async function ask(total: number, inFlight: number): Promise<void> {
  const send = mode === 'hop' ? await createHop() : (body: Buffer) => peer.request('bench.echo', body);
  const times: number[] = [];
  let next = 0;
  const askOn = async (until: number, keep: boolean): Promise<void> => {
    while (next < until) {
      const sequence = next++;
      const body = Buffer.alloc(BODY_BYTES);
      writeBody(body, sequence);
      const startedAt = performance.now();
      const answer = await send(body);
      if (keep) times.push(performance.now() - startedAt);
      const view = new DataView(answer.buffer, answer.byteOffset, answer.byteLength);
      if (view.getUint32(0, true) !== sequence || view.getUint32(12, true) !== sum(answer))
        throw new Error('a wrong answer');
    }
  };
  const run = (until: number, keep: boolean): Promise<unknown> =>
    Promise.all(Array.from({ length: inFlight }, () => askOn(until, keep)));
  // Both are compiled by the machine before it counts.
  await run(total, false);
  await run(2 * total, true);
  times.sort((a, b) => a - b);
  process.send?.({ p50: times[Math.floor(times.length / 2)], p99: times[Math.floor(times.length * 0.99)] });
}

if (role === 'serve') await serve();
else await ask(Number(count), mode === '64' ? 64 : 1);
process.on('disconnect', () => process.exit());
