import { existsSync, readFileSync } from 'node:fs';
import { describeRuntimeContract } from '../src/testing/runtime-contract.ts';
import { createLocalWorld } from './local-world.ts';

describeRuntimeContract('LocalRuntime', async () => {
  const { runtime, home, createRuntime, dispose } = await createLocalWorld();
  return {
    runtime,
    workingDirectory: home,
    longCommand: ['sleep', '1000'],
    reopen: async () => createRuntime(),
    real: {
      shell: (script) => ['sh', '-c', script],
      pane: ({ data: { paneId } }) => (typeof paneId === 'string' ? paneId : 'none'),
      // a zombie has ended
      isRunning: (pid) =>
        existsSync(`/proc/${pid}`) && !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8')),
    },
    dispose,
  };
});
