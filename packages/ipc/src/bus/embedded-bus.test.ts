import { createMemoryStore } from '../testing/memory-store.ts';
import { describeBusContract } from '../testing/bus-contract.ts';
import { createEmbeddedBus } from './embedded-bus.ts';

describeBusContract('an embedded bus over a store in memory', async () => {
  const store = createMemoryStore();
  return { open: async () => createEmbeddedBus({ store }) };
});
