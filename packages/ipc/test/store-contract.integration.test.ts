import { describeMessageStoreContract } from '../src/testing/message-store-contract.ts';
import { createDirectory, openStore } from './store-world.ts';

describeMessageStoreContract('the store on disk', async (options) => openStore(createDirectory(), options));
