import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { Fleet } from '../fleet/fleet.ts';
import type { RequestName, RequestParams, RequestResult } from '../protocol/requests.ts';
import type { FleetRequestName } from '../server/fleet-service.ts';
import { FakeRuntime } from '@swarm-tui/core/testing';
import { fakeRuntimes } from '../testing/fake-runtimes.ts';
import { createMemoryLog } from '../testing/memory-log.ts';

const says = (state: string) => `\u001b]7501;state=${state}:app=p\u0007`;

async function openIdle(emptyInput?: string) {
  const runtime = new FakeRuntime();
  const launch = () => ({ command: ['p'], env: {}, prompt: 'none', conversationId: null }) as const;
  const rest = { rules: [], isLineOriented: true, interruptKeys: ['C-c'], emptyInput };
  const fleet = await Fleet.open({
    runtimes: fakeRuntimes({ local: runtime }),
    providers: { find: (id) => ({ id, title: id, program: null, installHint: '', launch, ...rest }) },
    log: createMemoryLog(),
  });
  onTestFinished(() => fleet[Symbol.asyncDispose]());
  const ask = <K extends RequestName>(name: K, params: RequestParams<K>) =>
    fleet.handle(name as FleetRequestName, params, { signal: new AbortController().signal, client: 't' }) as Promise<
      RequestResult<K>
    >;
  const { id } = await ask('agent.spawn', { aiProvider: 'p', workingDirectory: '/', wait: true });
  const show = (line: string) => {
    runtime.screens.set(id, []);
    runtime.inputs.set(id, line);
  };
  show('› ');
  runtime.print(id, says('idle'));
  await vi.waitFor(() => expect(fleet.snapshot().agents[0]?.activity.state).toBe('idle'));
  const message = async () => (await ask('agent.queue', { id })).messages.at(-1);
  const inserted = () => runtime.typed.filter((entry) => entry.includes(':insert:'));
  return { runtime, ask, id, show, message, inserted };
}

describe('drafts', () => {
  it('holds a message while keys stand in the input, until they are submitted', async () => {
    const { ask, id, show, message, inserted } = await openIdle('^›$');
    await ask('agent.keys', { id, keys: ['h', 'a', 'l', 'f'] });
    show('› half');
    await ask('agent.send', { id, text: 'run the tests' });
    await vi.waitFor(async () => expect(await message()).toMatchObject({ state: 'held', heldBy: 'draft' }));
    expect(inserted()).toEqual([]);
    show('› ');
    await ask('agent.keys', { id, keys: ['C-u'] });
    await vi.waitFor(() => expect(inserted()).toEqual([`${id}:insert:run the tests`]), { timeout: 10_000 });
  }, 20_000);

  it('holds by the keys alone where a screen does not tell', async () => {
    const { runtime, ask, id, message, inserted } = await openIdle();
    runtime.showsInput = false;
    runtime.screens.set(id, ['something else']);
    await ask('agent.keys', { id, keys: ['Escape'] });
    await ask('agent.keys', { id, keys: ['h'] });
    await ask('agent.send', { id, text: 'x' });
    await vi.waitFor(async () => expect(await message()).toMatchObject({ state: 'held', heldBy: 'draft' }));
    await ask('agent.keys', { id, keys: ['Enter'] });
    await vi.waitFor(() => expect(inserted()).toEqual([`${id}:insert:x`]), { timeout: 10_000 });
  }, 20_000);

  it('finds what somebody left there who looked at the agent', async () => {
    const { runtime, ask, id, show, message } = await openIdle('^›$');
    runtime.emit({ type: 'viewers', agentId: id, count: 1 });
    runtime.emit({ type: 'viewers', agentId: id, count: 0 });
    show('› half');
    await ask('agent.send', { id, text: 'x' });
    await vi.waitFor(async () => expect(await message()).toMatchObject({ state: 'held', heldBy: 'draft' }));
  });

  it('types a message that was inserted without Enter no second one behind', async () => {
    const { ask, id, message, inserted } = await openIdle();
    await ask('agent.send', { id, text: 'one', submit: false, wait: 'accepted' });
    await ask('agent.send', { id, text: 'two' });
    await vi.waitFor(async () => expect(await message()).toMatchObject({ state: 'held', heldBy: 'draft' }));
    expect(inserted()).toEqual([`${id}:insert:one`]);
  });

  it('types it when that is asked for, from the start or later', async () => {
    const { ask, id, show, message, inserted } = await openIdle('^›$');
    await ask('agent.keys', { id, keys: ['h'] });
    show('› h');
    const { id: messageId } = await ask('agent.send', { id, text: 'later' });
    await vi.waitFor(async () => expect(await message()).toMatchObject({ heldBy: 'draft' }));
    await ask('agent.queue-edit', { id, messageId, action: 'send-now' });
    await vi.waitFor(() => expect(inserted()).toEqual([`${id}:insert:later`]), { timeout: 10_000 });
    const other = await openIdle('^›$');
    await other.ask('agent.keys', { id: other.id, keys: ['h'] });
    other.show('› h');
    await other.ask('agent.send', { id: other.id, text: 'now', now: true });
    await vi.waitFor(() => expect(other.inserted()).toEqual([`${other.id}:insert:now`]), { timeout: 10_000 });
  }, 30_000);

  it('takes keys that answered a question for no draft', async () => {
    const { runtime, ask, id, inserted } = await openIdle();
    runtime.print(id, says('blocked'));
    await vi.waitFor(async () =>
      expect(await ask('agent.explain', { id })).toMatchObject({ activity: { state: 'waiting' } }),
    );
    await ask('agent.keys', { id, keys: ['1'] });
    runtime.print(id, says('idle'));
    await ask('agent.send', { id, text: 'x' });
    await vi.waitFor(() => expect(inserted()).toEqual([`${id}:insert:x`]), { timeout: 10_000 });
  }, 20_000);
});
