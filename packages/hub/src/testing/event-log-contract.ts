import { describe, expect, it, onTestFinished } from 'vitest';
import type { EventLog } from '../log/event-log.ts';
import type { FleetEventBody } from '../protocol/fleet-event.ts';

/** What every `EventLog` promises. `create` gives an empty one; its clock may be anything. */
export function describeEventLogContract(name: string, create: () => Promise<EventLog>): void {
  async function open(): Promise<EventLog> {
    const log = await create();
    onTestFinished(async () => log[Symbol.asyncDispose]());
    return log;
  }

  describe(`${name} keeps the event log contract`, () => {
    it('numbers events from 1 without gaps, in the order of the calls', async () => {
      const log = await open();
      expect(log.lastSeq).toBe(0);
      const appended = await Promise.all([log.append([seen('a')]), log.append([seen('b'), seen('c')]), log.append([])]);
      expect(appended.flat().map(({ seq, event }) => [seq, event.id])).toEqual([
        [1, 'a'],
        [2, 'b'],
        [3, 'c'],
      ]);
      expect(log.lastSeq).toBe(3);
    });

    it('reads back what was appended, above a number and up to a limit', async () => {
      const log = await open();
      const text = 'ünï \u0000 "quote" \u{1f600}\n\ud800';
      await log.append([seen('a'), { type: 'agent.renamed', id: 'b', name: text, handle: null }, seen('c')]);
      const [event] = await log.read(1, 1);
      expect(event).toMatchObject({ seq: 2, event: { type: 'agent.renamed', name: text } });
      expect(await log.read(3, 10)).toEqual([]);
    });

    it('gives back the saved state and keeps the events above it', async () => {
      const log = await open();
      expect(await log.loadState()).toBeNull();
      await log.append([seen('a'), seen('b'), seen('c')]);
      await log.saveState({ seq: 1, state: { agents: ['old'] } });
      await log.saveState({ seq: 2, state: { agents: ['x'], '#{}': null } });
      expect(await log.loadState()).toEqual({ seq: 2, state: { agents: ['x'], '#{}': null } });
      expect((await log.read(2, 10)).map(({ seq }) => seq)).toEqual([3]);
    });

    it('begins anew when it is set aside, and says so', async () => {
      const log = await open();
      await log.append([seen('a'), seen('b')]);
      await log.saveState({ seq: 2, state: {} });
      await log.setAside('not understood');
      expect(log.damage).toMatchObject({ reason: 'not understood', path: expect.any(String) });
      expect([log.lastSeq, await log.loadState(), await log.read(0, 10)]).toEqual([0, null, []]);
      expect(await log.append([seen('c')])).toMatchObject([{ seq: 1 }]);
    });

    it('tells its size', async () => {
      const log = await open();
      expect(await log.stats()).toMatchObject({ events: 0, firstSeq: 1, lastSeq: 0 });
      await log.append([seen('a'), seen('b')]);
      const stats = await log.stats();
      expect(stats).toMatchObject({ events: 2, firstSeq: 1, lastSeq: 2 });
      expect(stats.bytes).toBeGreaterThan(0);
    });

    it('does not let a caller change history through an object it kept', async () => {
      const log = await open();
      const handle = { runtimeType: 'local', agentId: 'a', data: { pane: '%1' } };
      await log.append([{ type: 'agent.renamed', id: 'a', name: 'one', handle }]);
      handle.data.pane = '%2';
      expect(await log.read(0, 1)).toMatchObject([{ event: { handle: { data: { pane: '%1' } } } }]);
    });

    it('settles what was appended before a dispose, then refuses', async () => {
      const log = await open();
      const pending = log.append([seen('a')]);
      await log[Symbol.asyncDispose]();
      await log[Symbol.asyncDispose]();
      expect(await pending).toMatchObject([{ seq: 1 }]);
      await expect(log.append([seen('b')])).rejects.toMatchObject({ code: 'log-closed' });
      await expect(log.read(0, 1)).rejects.toMatchObject({ code: 'log-closed' });
    });
  });
}

function seen(id: string): FleetEventBody {
  return { type: 'agent.seen', id };
}
