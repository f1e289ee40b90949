import { describeTransportContract } from '../src/testing/transport-contract.ts';
import { createControlTransport } from '../src/tmux/control-transport.ts';
import { createExecTransport } from '../src/tmux/exec-transport.ts';
import { startTestServer } from './tmux-server.ts';

describeTransportContract('control mode', async () => {
  const { command, env } = await startTestServer();
  return createControlTransport({ command, env });
});

describeTransportContract('a process per command', async () => {
  const { command, env } = await startTestServer();
  return createExecTransport({ command, env });
});

// what docker exec and ssh do: the same words behind another program
describeTransportContract('control mode behind a prefix', async () => {
  const { command, env } = await startTestServer();
  return createControlTransport({ command: ['env', 'PREFIXED=1', ...command], env });
});
