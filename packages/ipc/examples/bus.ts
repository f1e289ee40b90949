import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createEmbeddedBus, openMessageStore } from '@swarm-tui/ipc';

const directory = await mkdtemp(join(tmpdir(), 'bus-'));
{
  await using store = await openMessageStore({ directory });
  await using bus = createEmbeddedBus({ store }); // or: await connectNatsBus({ servers: 'host:4222' })

  // who listens now
  const news = await bus.subscribe('team.>');
  await bus.publish('team.build.started', { commit: 'c0ffee' });
  for await (const { subject, payload } of news) {
    console.log(subject, payload);
    break;
  }

  // kept until the limits, for who comes later
  const { stored } = await bus.publish('buffer.builds.done', { ok: true }, { id: 'build-7' });
  console.log('stored', stored);
  const consumer = await bus.consume({ stream: 'builds', name: 'reporter', start: 'all' });
  for await (const message of consumer) {
    console.log(message.seq, message.payload);
    await message.ack();
    break;
  }

  // one of all that answer
  await bus.respond('calc.double', ({ payload }) => Number(payload) * 2);
  console.log('answer', await bus.request('calc.double', 21));
}
await rm(directory, { recursive: true });
