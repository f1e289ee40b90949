import { createAgentRecord } from '@swarm-tui/hub/testing';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { createSheetWorld } from '../fixtures/sheet-world.ts';
import { waitText } from './send-message.ts';

type AgentFields = Parameters<typeof createAgentRecord>[0];

async function textFor(fields: Partial<AgentFields>): Promise<string> {
  const world = createSheetWorld({ agents: [createAgentRecord({ id: 'a', ...fields })] });
  onTestFinished(() => world[Symbol.dispose]());
  await vi.waitFor(() => expect(world.store.getState().hasSnapshot).toBe(true));
  return waitText(world.store.getState(), 'a');
}

const { activity } = createAgentRecord({ id: 'a' });

describe('waitText', () => {
  it.each(['stopped', 'lost'] as const)(
    'promises no waiting for an agent that is %s: the hub refuses it',
    async (lifecycle) => {
      expect(await textFor({ lifecycle })).toBe(`It is ${lifecycle}: it takes no message until you start it again.`);
    },
  );

  it('says that an agent at work is typed to now', async () => {
    expect(await textFor({ activity: { ...activity, state: 'working' } })).toContain('typed now');
  });

  it.each([
    ['unreachable', { lifecycle: 'unreachable' }],
    ['starting', { activity: { ...activity, state: 'starting' } }],
  ] as const)('says that a message waits for an agent that is %s', async (word, fields) => {
    expect(await textFor(fields)).toMatch(new RegExp(`^It is ${word}: the message waits`));
  });

  it('says nothing of an agent that gets it at once', async () => {
    expect(await textFor({ activity: { ...activity, state: 'idle' } })).toBe('');
  });
});
