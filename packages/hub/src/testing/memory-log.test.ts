import { expect, it } from 'vitest';
import { describeEventLogContract } from './event-log-contract.ts';
import { createMemoryLog } from './memory-log.ts';

describeEventLogContract('MemoryLog', async () => createMemoryLog());

it('rejects appends with the failure it was given, then goes on', async () => {
  const log = createMemoryLog();
  log.failWith(new Error('disk full'));
  await expect(log.append([{ type: 'agent.seen', id: 'a' }])).rejects.toThrow('disk full');
  log.failWith(null);
  expect(await log.append([{ type: 'agent.seen', id: 'a' }])).toMatchObject([{ seq: 1 }]);
});

it('goes on from the events of an earlier log, like a restart', async () => {
  const first = createMemoryLog();
  await first.append([{ type: 'agent.seen', id: 'a' }]);
  const second = createMemoryLog({ events: first.events, state: { seq: 1, state: 'x' } });
  expect(await second.append([{ type: 'agent.seen', id: 'b' }])).toMatchObject([{ seq: 2 }]);
});
