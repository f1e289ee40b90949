import { describeRuntimeContract } from '../src/testing/runtime-contract.ts';
import { createLocalWorld } from './local-world.ts';

describeRuntimeContract('LocalRuntime', async () => {
  const { runtime, home, dispose } = await createLocalWorld();
  return {
    runtime,
    workingDirectory: home,
    longCommand: ['sleep', '1000'],
    failingCommand: { command: ['sh', '-c', 'exit 3'], code: 3 },
    dispose,
  };
});
