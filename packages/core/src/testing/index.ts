export { hostileTexts } from './hostile-texts.ts';
export { describeTransportContract } from './transport-contract.ts';
export { FakeRuntime } from './fake-runtime.ts';
export type { FakeRuntimeOptions } from './fake-runtime.ts';
export { FakeTmuxTransport } from './fake-tmux-transport.ts';
export type { TmuxAnswer } from './fake-tmux-transport.ts';
export { describeRuntimeContract } from './runtime-contract.ts';
export type { RealAgents, RuntimeUnderTest } from './runtime-contract.ts';
