// One side of a bus on another machine: `node bus-program.ts publish|read <server> <count>`. The reader prints what it
// got, a line of JSON for each message, and each acknowledges or waits for the confirmation of all.
import { connectNatsBus } from '../src/bus/nats/index.ts';

const [role = '', servers = '', count = '0'] = process.argv.slice(2);
const heartbeat = { intervalMs: 300, timeoutMs: 900 };
await using bus = await connectNatsBus({ servers, heartbeat, reconnect: { initialMs: 20, maxMs: 200 } });
const print = (what: unknown): boolean => process.stdout.write(`${JSON.stringify(what)}\n`);
bus.onState(({ state }) => void (role === 'publish' && print(state)));

async function publish(): Promise<void> {
  print('ready');
  for (let index = 0; index < Number(count); index += 5) {
    const some = Array.from({ length: 5 }, (_, offset) => index + offset);
    await Promise.all(some.map((each) => bus.publish('buffer.s.x', each, { id: `id-${each}` })));
  }
}

async function read(): Promise<void> {
  const consumer = await bus.consume({ stream: 's', name: 'reader' });
  print('ready');
  let left = Number(count);
  for await (const message of consumer) {
    print({ id: message.id, payload: message.payload });
    left -= 1;
    if (left > 0) void message.ack().catch(() => undefined);
    else await message.ack();
    if (left === 0) break;
  }
}

await (role === 'publish' ? publish() : read());
