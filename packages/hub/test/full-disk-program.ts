// Fills the disk at the given directory through the event log, makes room, goes on, and prints what happened as JSON.
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { EventLog } from '../src/log/event-log.ts';
import { openEventLog } from '../src/log/open-event-log.ts';
import { toWireError } from '../src/protocol/wire-error.ts';
import { Fleet } from '../src/fleet/fleet.ts';
import type { FleetRequestName } from '../src/server/fleet-service.ts';
import { FakeRuntime } from '@swarm-tui/core/testing';
import { fakeRuntimes } from '../src/testing/fake-runtimes.ts';

const [disk = '', what = 'log'] = process.argv.slice(2);
const workerUrl = new URL('../src/log/log-worker.ts', import.meta.url);

async function fill(log: EventLog, size = 5000): Promise<{ readonly acknowledged: number; readonly failure: unknown }> {
  for (let acknowledged = 0; ; acknowledged += 1) {
    try {
      await log.append([{ type: 'agent.renamed', id: 'a', name: 'x'.repeat(size), handle: null }]);
    } catch (error) {
      return { acknowledged, failure: toWireError(error) };
    }
  }
}

async function run(): Promise<object> {
  writeFileSync(join(disk, 'ballast'), Buffer.alloc(200_000));
  await using log = await openEventLog({ directory: join(disk, 'state'), workerUrl });
  const { acknowledged, failure } = await fill(log);
  const found = (await log.stats()).events;
  rmSync(join(disk, 'ballast'));
  const [next] = await log.append([{ type: 'agent.seen', id: 'a' }]);
  return { acknowledged, failure, found, afterRoom: next?.seq };
}

/** A fleet whose disk fills up under it: what a rename and a stop do then, and once there is room. */
async function runFleet(): Promise<object> {
  writeFileSync(join(disk, 'ballast'), Buffer.alloc(200_000));
  await using log = await openEventLog({ directory: join(disk, 'state'), workerUrl });
  const runtime = new FakeRuntime();
  const providers = { find: () => undefined };
  await using fleet = await Fleet.open({ runtimes: fakeRuntimes({ local: runtime }), providers, log });
  const ask = (name: FleetRequestName, params: object): Promise<unknown> =>
    fleet.handle(name, params, { signal: new AbortController().signal, client: 'test' });
  const look = () => {
    const session = runtime.agents.get('a');
    return [fleet.snapshot().agents[0]?.name, session?.handle.data['sessionName'], session?.status];
  };
  const spawn = { agentId: 'a', name: 'old', aiProvider: 'x', command: ['sleep'], workingDirectory: '/', wait: true };
  await ask('agent.spawn', spawn);
  await fill(log);
  await fill(log, 1);
  const name = 'n'.repeat(64);
  const failures = [
    await ask('agent.rename', { id: 'a', name }).catch(toWireError),
    await ask('agent.spawn', { ...spawn, agentId: 'b', task: 'n'.repeat(500) }).catch(toWireError),
  ];
  const during = look();
  rmSync(join(disk, 'ballast'));
  await ask('agent.rename', { id: 'a', name: 'new' });
  return { failures, during, agents: runtime.agents.size, after: look() };
}

async function openReadOnly(): Promise<object> {
  const failure: unknown = await openEventLog({ directory: join(disk, 'state'), workerUrl }).catch(toWireError);
  return { failure };
}

function isWritable(): boolean {
  try {
    writeFileSync(join(disk, 'probe'), '');
    return true;
  } catch {
    return false;
  }
}

process.stdout.write(
  JSON.stringify(isWritable() ? await (what === 'fleet' ? runFleet() : run()) : await openReadOnly()),
);
