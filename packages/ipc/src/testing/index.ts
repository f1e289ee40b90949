export { type BusWorld, describeBusContract } from './bus-contract.ts';
export { createLinkedPair } from './linked-pair.ts';
export { createMemoryStore } from './memory-store.ts';
export { type ContractStoreOptions, describeMessageStoreContract } from './message-store-contract.ts';
