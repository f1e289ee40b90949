import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll } from 'vitest';
import { createEmbeddedBus } from '../src/bus/embedded-bus.ts';
import { connectNatsBus } from '../src/bus/nats/index.ts';
import { describeBusContract } from '../src/testing/bus-contract.ts';
import { describeNats, NatsServer } from './nats-server.ts';
import { createDirectory, openStore } from './store-world.ts';

describeBusContract('an embedded bus over a store on disk', async () => {
  const store = await openStore(createDirectory());
  return { open: async () => createEmbeddedBus({ store }) };
});

describeNats('with a real nats-server', () => {
  let server: NatsServer;
  beforeAll(async () => {
    server = await NatsServer.start();
  });
  afterAll(async () => server[Symbol.asyncDispose]());

  // worlds on one server do not see one another: that is what the namespace is for
  describeBusContract('a bus on NATS', async () => {
    const namespace = randomUUID().slice(0, 32);
    return { open: async () => connectNatsBus({ servers: server.address, namespace }) };
  });
});
