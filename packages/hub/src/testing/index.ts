export { createAgentRecord } from './create-agent-record.ts';
export { type AskedRequest, FakeFleet, type FakeFleetOptions } from './fake-fleet.ts';
export { FakeHub, type FakeHubOptions } from './fake-hub.ts';
export { createMemoryLog, type MemoryLog, type MemoryLogOptions } from './memory-log.ts';
