export { createLinkedPair } from './linked-pair.ts';
