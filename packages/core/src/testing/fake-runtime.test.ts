import { FakeRuntime } from './fake-runtime.ts';
import { describeRuntimeContract } from './runtime-contract.ts';

describeRuntimeContract('FakeRuntime', async () => {
  const runtime = new FakeRuntime({ programs: ['forever'] });
  return {
    runtime,
    workingDirectory: '/',
    longCommand: ['forever'],
    dispose: async () => runtime[Symbol.asyncDispose](),
  };
});
