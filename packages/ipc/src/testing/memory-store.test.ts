import { createMemoryStore } from './memory-store.ts';
import { describeMessageStoreContract } from './message-store-contract.ts';

describeMessageStoreContract('the store in memory', async (options) => createMemoryStore(options));
