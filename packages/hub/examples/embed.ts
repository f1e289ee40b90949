import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { LocalRuntime, RuntimeManager } from '@swarm-tui/core';
import { openHub } from '@swarm-tui/hub';
import { createProviderRegistry } from '@swarm-tui/providers';

const directory = await mkdtemp(join(tmpdir(), 'my-fleet-'));
const runtimes = new RuntimeManager();
runtimes.register('local', new LocalRuntime({ socketName: `my-fleet-${process.pid}`, configDirectory: directory }));

{
  await using hub = await openHub({ runtimes, providers: createProviderRegistry(), stateDirectory: directory });
  hub.watchEvents(({ event }) => {
    if (event.type === 'agent.lifecycle' && event.lifecycle === 'running') console.log(`${event.id} is running`);
  });

  const agent = await hub.request('agent.spawn', {
    agentId: 'greeter',
    aiProvider: 'shell',
    command: ['sh', '-c', 'echo ready; read line; echo "got $line"; exec sleep 60'],
    workingDirectory: directory,
    wait: true,
  });
  await hub.request('agent.wait', { id: agent.id, for: { text: 'ready' } });
  await hub.request('agent.send', { id: agent.id, text: 'hello' });
  const { matched } = await hub.request('agent.wait', { id: agent.id, for: { text: 'got hello' } });
  console.log('it got the message:', matched);

  await hub.request('agent.remove', { id: agent.id, undoMs: 0 });
}
await runtimes[Symbol.asyncDispose]();
await rm(directory, { recursive: true });
