import type { Provider } from '@swarm-tui/core';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { sessionOf } from '../fleet/agent-target.ts';
import { Fleet } from '../fleet/fleet.ts';
import type { RequestName, RequestParams, RequestResult } from '../protocol/requests.ts';
import type { FleetRequestName } from '../server/fleet-service.ts';
import { FakeRuntime } from '@swarm-tui/core/testing';
import { fakeRuntimes } from '../testing/fake-runtimes.ts';
import { hastenTime } from '../testing/hasten-time.ts';
import { createMemoryLog, type MemoryLog } from '../testing/memory-log.ts';

const provider: Provider = {
  id: 'p',
  title: 'P',
  program: 'p',
  installHint: '',
  launch: ({ task }) => ({ command: ['p'], env: {}, prompt: task === '' ? 'none' : 'typed', conversationId: null }),
  rules: [
    {
      id: 'p/1/dialog',
      region: 'bottom',
      lines: 5,
      all: ['Really\\?'],
      any: [],
      not: [],
      state: 'waiting',
      reason: 'question',
      detail: null,
      resets: null,
      seenOn: null,
    },
  ],
  isLineOriented: true,
  interruptKeys: ['Escape'],
};
/** What was typed, without the Enter that follows it. */
const textsTo = ({ typed }: FakeRuntime) => typed.filter((entry) => !entry.endsWith(':keys:Enter'));
const says = (state: string) => `\u001b]7501;state=${state}:app=p\u0007`;

async function open({
  runtime = new FakeRuntime(),
  log = createMemoryLog(),
}: {
  runtime?: FakeRuntime;
  log?: MemoryLog;
} = {}) {
  const fleet = await Fleet.open({
    runtimes: fakeRuntimes({ local: runtime }),
    providers: { find: () => provider },
    log,
  });
  onTestFinished(() => fleet[Symbol.asyncDispose]());
  const ask = <K extends RequestName>(name: K, params: RequestParams<K>) =>
    fleet.handle(name as FleetRequestName, params, { signal: new AbortController().signal, client: 't' }) as Promise<
      RequestResult<K>
    >;
  const record = (id: string) => fleet.snapshot().agents.find((agent) => agent.id === id);
  const states = async (id: string) =>
    (await ask('agent.queue', { id })).messages.map(({ text, state }) => `${text}: ${state}`);
  return { fleet, runtime, log, ask, record, states };
}

async function openIn(state: string, setUp?: Parameters<typeof open>[0]) {
  const opened = await open(setUp);
  const { id } = await opened.ask('agent.spawn', { aiProvider: 'p', workingDirectory: '/', wait: true });
  opened.runtime.print(id, says(state));
  const word = state === 'blocked' ? 'waiting' : state;
  await vi.waitFor(() => expect(opened.record(id)?.activity.state).toBe(word));
  return { ...opened, id };
}

describe('delivery', () => {
  it('is logged as typing before the first byte, and accepted when a turn started', async () => {
    const { runtime, log, ask, states, id } = await openIn('idle');
    const gate = Promise.withResolvers<void>();
    runtime.gate = gate.promise;
    const sent = ask('agent.send', { id, text: 'one\ntwo', wait: 'accepted' });
    await vi.waitFor(() => expect(textsTo(runtime)).toEqual([`${id}:insert:one\ntwo`]));
    expect(log.events.at(-1)?.event).toMatchObject({ type: 'message.state', state: 'typing' });
    gate.resolve();
    await vi.waitFor(() => expect(runtime.typed.at(-1)).toBe(`${id}:keys:Enter`));
    expect(await states(id)).toEqual(['one\ntwo: echoed']);
    runtime.print(id, says('working'));
    expect(await sent).toMatchObject({ state: 'accepted', text: 'one\ntwo' });
  });

  it('holds a message while a dialog is open and sends it when that closes', async () => {
    const { runtime, ask, states, id } = await openIn('blocked');
    await ask('agent.send', { id, text: 'later' });
    await vi.waitFor(async () => expect(await states(id)).toEqual(['later: held']));
    expect(runtime.typed).toEqual([]);
    runtime.print(id, says('idle'));
    await vi.waitFor(() => expect(textsTo(runtime)).toEqual([`${id}:insert:later`]));
  });

  it('looks at the screen first: a dialog that the agent did not tell of holds the message, too', async () => {
    const { runtime, ask, states, id } = await openIn('idle');
    runtime.screens.set(id, ['Really?']);
    await ask('agent.send', { id, text: 'x' });
    await vi.waitFor(async () => expect(await states(id)).toEqual(['x: held']));
    expect(runtime.typed).toEqual([]);
    runtime.screens.set(id, ['›']);
    await vi.waitFor(() => expect(textsTo(runtime)).toEqual([`${id}:insert:x`]), { timeout: 5_000 });
  });

  it('types nothing while a person types there, only when they have paused', async () => {
    const { runtime, ask, states, id } = await openIn('idle');
    const handle = runtime.agents.get(id)?.handle;
    const quiet = {
      sessionId: handle === undefined ? '' : sessionOf(handle),
      activityAt: Date.now() - 60_000,
      isControl: false,
    };
    const elsewhere = { sessionId: '$999', activityAt: Date.now(), isControl: false };
    runtime.clients = [quiet, elsewhere, { ...quiet, activityAt: Date.now() }];
    await ask('agent.send', { id, text: 'x' });
    await vi.waitFor(async () => expect(await states(id)).toEqual(['x: held']));
    expect(runtime.typed).toEqual([]);
    runtime.clients = [quiet, elsewhere];
    await vi.waitFor(() => expect(textsTo(runtime)).toEqual([`${id}:insert:x`]), { timeout: 5_000 });
  });

  it('takes a command that starts no turn as accepted, and goes on with the next message', async () => {
    const eventually = hastenTime();
    const { runtime, ask, states, id } = await openIn('idle');
    await ask('agent.send', { id, text: '/clear' });
    await ask('agent.send', { id, text: 'next' });
    await vi.waitFor(async () => expect(await states(id)).toEqual(['/clear: echoed', 'next: queued']));
    runtime.print(id, '\u001b[2J› ');
    await eventually(() => expect(textsTo(runtime)).toEqual([`${id}:insert:/clear`, `${id}:insert:next`]));
    expect((await states(id))[0]).toBe('/clear: accepted');
  }, 20_000);

  it('types one message at a time, in order', async () => {
    const { runtime, ask, states, id } = await openIn('idle');
    await ask('agent.send', { id, text: 'first' });
    await ask('agent.send', { id, text: 'second' });
    await vi.waitFor(async () => expect(await states(id)).toEqual(['first: echoed', 'second: queued']));
    runtime.print(id, says('working'));
    await vi.waitFor(() => expect(textsTo(runtime)).toEqual([`${id}:insert:first`, `${id}:insert:second`]));
  });

  it('asks about a message that was being typed when the hub ended, and does not type it again', async () => {
    const first = await openIn('idle');
    first.runtime.gate = new Promise(() => undefined);
    await first.ask('agent.send', { id: first.id, text: 'half' });
    await vi.waitFor(() => expect(textsTo(first.runtime)).toHaveLength(1));
    await first.fleet[Symbol.asyncDispose]();
    first.runtime.gate = Promise.resolve();
    const { states, ask, runtime } = await open({ runtime: first.runtime, log: first.log });
    await vi.waitFor(async () => expect(await states(first.id)).toEqual(['half: uncertain']));
    await ask('agent.send', { id: first.id, text: 'next' });
    expect(await states(first.id)).toEqual(['half: uncertain', 'next: queued']);
    const [half] = (await ask('agent.queue', { id: first.id })).messages;
    await ask('agent.queue-edit', { id: first.id, messageId: half?.id ?? '', action: 'arrived' });
    runtime.print(first.id, says('idle'));
    await vi.waitFor(() => expect(textsTo(runtime)).toEqual([`${first.id}:insert:half`, `${first.id}:insert:next`]));
  });

  /** A hub that ended while it typed `half`, of which this much arrived, and the next hub on the same agents. */
  async function openAfterCut(arrived: string | null, meanwhile: (runtime: FakeRuntime, id: string) => void) {
    const first = await openIn('idle');
    first.runtime.gate = new Promise(() => undefined);
    await first.ask('agent.send', { id: first.id, text: 'half' });
    await vi.waitFor(() => expect(textsTo(first.runtime)).toHaveLength(1));
    await first.fleet[Symbol.asyncDispose]();
    first.runtime.gate = Promise.resolve();
    if (arrived !== null) first.runtime.inputs.set(first.id, arrived);
    meanwhile(first.runtime, first.id);
    return { ...(await open({ runtime: first.runtime, log: first.log })), id: first.id };
  }

  it('only presses Enter when the whole text still stands in the input area after a crash', async () => {
    const { runtime, log, states, id } = await openAfterCut('half', () => undefined);
    await vi.waitFor(() => expect(runtime.typed).toEqual([`${id}:insert:half`, `${id}:keys:Enter`]));
    expect(log.events.at(-1)?.event).toMatchObject({ type: 'message.state', state: 'echoed' });
    runtime.print(id, says('working'));
    await vi.waitFor(async () => expect(await states(id)).toEqual(['half: accepted']));
    expect(runtime.typed).toHaveLength(2);
  });

  it.each([
    ['a part of it', 'ha'],
    ['more than it', 'half, and what a person added'],
  ])('asks when the input area holds %s after a crash', async (_, arrived) => {
    const { runtime, states, id } = await openAfterCut(arrived, () => undefined);
    await vi.waitFor(async () => expect(await states(id)).toEqual(['half: uncertain']));
    expect(runtime.typed).toEqual([`${id}:insert:half`]);
  });

  it('does not press Enter into a dialog that came meanwhile, but asks', async () => {
    const { runtime, states, id } = await openAfterCut('half', (world, agent) => world.screens.set(agent, ['Really?']));
    await vi.waitFor(async () => expect(await states(id)).toEqual(['half: uncertain']));
    expect(runtime.typed).toEqual([`${id}:insert:half`]);
  });

  it('decides nothing while the engine does not answer, and looks when it does', async () => {
    const { runtime, record, states, id } = await openAfterCut('half', (world) => {
      world.failure = new Error('no server');
    });
    await vi.waitFor(() => expect(record(id)?.lifecycle).toBe('unreachable'));
    expect(await states(id)).toEqual(['half: typing']);
    runtime.failure = null;
    runtime.emit({ type: 'up' });
    await vi.waitFor(() => expect(runtime.typed.at(-1)).toBe(`${id}:keys:Enter`), { timeout: 5_000 });
  });

  it('presses the Enter that a hub had no time for after it saw the text', async () => {
    const first = await openIn('idle');
    await first.ask('agent.send', { id: first.id, text: 'whole', wait: 'typed' });
    await vi.waitFor(() => expect(first.runtime.typed).toHaveLength(2));
    await first.fleet[Symbol.asyncDispose]();
    // As it was before Enter.
    first.runtime.typed.length = 0;
    first.runtime.inputs.set(first.id, 'whole');
    await open({ runtime: first.runtime, log: first.log });
    await vi.waitFor(() => expect(first.runtime.typed).toEqual([`${first.id}:keys:Enter`]));
  });

  it('calls a message echoed only when the screen shows it, and lost when nothing comes of it', async () => {
    const eventually = hastenTime();
    const { runtime, ask, states, id } = await openIn('idle');
    runtime.showsInput = false;
    await ask('agent.send', { id, text: 'secret' });
    await vi.waitFor(() => expect(runtime.typed).toEqual([`${id}:insert:secret`, `${id}:keys:Enter`]), {
      timeout: 5_000,
    });
    expect(await states(id)).toEqual(['secret: typing']);
    await eventually(async () => expect(await states(id)).toEqual(['secret: uncertain']));
  }, 25_000);

  it('tells what a message waits for', async () => {
    const { runtime, ask, id } = await openIn('blocked');
    const heldBy = async () => (await ask('agent.queue', { id })).messages.map((message) => message.heldBy);
    await ask('agent.send', { id, text: 'x' });
    await vi.waitFor(async () => expect(await heldBy()).toEqual(['dialog']));
    runtime.captureFailure = new Error('no server');
    runtime.print(id, says('idle'));
    await vi.waitFor(async () => expect(await heldBy()).toEqual(['unreadable']));
    const handle = runtime.agents.get(id)?.handle;
    const sessionId = handle === undefined ? '' : sessionOf(handle);
    runtime.clients = [{ sessionId, activityAt: Date.now() + 1_500, isControl: false }];
    runtime.captureFailure = null;
    await vi.waitFor(async () => expect(await heldBy()).toEqual(['person']), { timeout: 5_000 });
    // What was pressed before the clock was put back an hour holds nothing.
    runtime.clients = [{ sessionId, activityAt: Date.now() + 3_600_000, isControl: false }];
    await vi.waitFor(() => expect(textsTo(runtime)).toHaveLength(1), { timeout: 5_000 });
    expect(await heldBy()).toEqual([undefined]);
  });

  it('asks when typing failed half-way', async () => {
    const { runtime, ask, id } = await openIn('idle');
    runtime.failure = new Error('connection lost');
    expect(await ask('agent.send', { id, text: 'x', wait: 'accepted' })).toMatchObject({ state: 'uncertain' });
  });

  it('types into no screen that it cannot read', async () => {
    const { runtime, ask, states, id } = await openIn('idle');
    runtime.captureFailure = new Error('no server');
    await ask('agent.send', { id, text: 'x' });
    await vi.waitFor(async () => expect(await states(id)).toEqual(['x: held']));
    expect(runtime.typed).toEqual([]);
    runtime.captureFailure = null;
    await vi.waitFor(() => expect(textsTo(runtime)).toEqual([`${id}:insert:x`]), { timeout: 5_000 });
  });

  it('judges no screen that was taken before it asked: the dialog may have come since', async () => {
    const { runtime, ask, states, id } = await openIn('idle');
    const gate = Promise.withResolvers<void>();
    runtime.captureGate = gate.promise;
    const before = runtime.captures;
    runtime.print(id, 'x');
    await vi.waitFor(() => expect(runtime.captures).toBe(before + 1), { timeout: 5_000 });
    runtime.screens.set(id, ['Really?']);
    await ask('agent.send', { id, text: 'x' });
    gate.resolve();
    await vi.waitFor(async () => expect(await states(id)).toEqual(['x: held']));
    expect(runtime.typed).toEqual([]);
  });

  it('tries again after a step failed', async () => {
    const { runtime, ask, id } = await openIn('idle');
    runtime.clientsFailure = new Error('connection lost');
    await ask('agent.send', { id, text: 'x' });
    await vi.waitFor(() => expect(textsTo(runtime)).toEqual([`${id}:insert:x`]), { timeout: 10_000 });
  }, 15_000);

  it('logs what came of typing once the log works again, and types it only once', async () => {
    const { runtime, log, ask, states, id } = await openIn('idle');
    const gate = Promise.withResolvers<void>();
    runtime.gate = gate.promise;
    await ask('agent.send', { id, text: 'x' });
    await vi.waitFor(() => expect(textsTo(runtime)).toHaveLength(1));
    log.failWith(new Error('disk full'));
    gate.resolve();
    await new Promise((resolve) => setImmediate(resolve));
    expect(await states(id)).toEqual(['x: typing']);
    log.failWith(null);
    await vi.waitFor(async () => expect(await states(id)).toEqual(['x: echoed']), { timeout: 10_000 });
    expect(textsTo(runtime)).toHaveLength(1);
  }, 15_000);

  it('gives up on an engine that does not answer while it types, and asks', async () => {
    const { runtime, ask, states, id } = await openIn('idle');
    const deadline = new AbortController();
    const timeout = vi.spyOn(AbortSignal, 'timeout').mockReturnValue(deadline.signal);
    onTestFinished(() => timeout.mockRestore());
    runtime.gate = new Promise(() => undefined);
    await ask('agent.send', { id, text: 'x' });
    await vi.waitFor(() => expect(textsTo(runtime)).toHaveLength(1));
    deadline.abort(new DOMException('late', 'TimeoutError'));
    await vi.waitFor(async () => expect(await states(id)).toEqual(['x: uncertain']));
  });

  it('sends the prompt of a provider that cannot take it as an argument, once the agent is ready', async () => {
    const { runtime, ask, states } = await open();
    const { id } = await ask('agent.spawn', { aiProvider: 'p', workingDirectory: '/', task: 'Do it', wait: true });
    expect(runtime.typed).toEqual([]);
    expect(await states(id)).toEqual(['Do it: queued']);
    runtime.print(id, says('idle'));
    await vi.waitFor(() => expect(textsTo(runtime)).toEqual([`${id}:insert:Do it`]));
  });

  it('inserts without Enter when asked, and counts that as done', async () => {
    const { runtime, ask, id } = await openIn('idle');
    expect(await ask('agent.send', { id, text: 'draft', submit: false, wait: 'accepted' })).toMatchObject({
      state: 'accepted',
    });
    expect(textsTo(runtime)).toEqual([`${id}:insert:draft`]);
  });

  it('lets waiting messages be changed and cancelled, delivered ones not', async () => {
    const { runtime, ask, states, id } = await openIn('blocked');
    const one = await ask('agent.send', { id, text: 'one' });
    const two = await ask('agent.send', { id, text: 'two' });
    await ask('agent.queue-edit', { id, messageId: one.id, action: 'cancel' });
    await ask('agent.queue-edit', { id, messageId: two.id, action: 'replace', text: 'better' });
    await expect(
      ask('agent.queue-edit', { id, messageId: one.id, action: 'replace', text: 'x' }),
    ).rejects.toMatchObject({ code: 'not-undoable' });
    await expect(ask('agent.queue-edit', { id, messageId: 'none', action: 'cancel' })).rejects.toMatchObject({
      code: 'invalid-request',
    });
    runtime.print(id, says('idle'));
    await vi.waitFor(() => expect(textsTo(runtime)).toEqual([`${id}:insert:better`]));
    expect((await states(id))[0]).toBe('one: cancelled');
  });

  it('refuses a message for an agent that does not run', async () => {
    const { ask, id } = await openIn('idle');
    await ask('agent.stop', { id });
    await expect(ask('agent.send', { id, text: 'x' })).rejects.toMatchObject({ code: 'not-running' });
  });

  it('interrupts with the keys of the provider and presses any others', async () => {
    const { runtime, log, ask, id } = await openIn('working');
    await ask('agent.interrupt', { id });
    await ask('agent.keys', { id, keys: ['Up', 'Enter'] });
    expect(runtime.typed).toEqual([`${id}:keys:Escape`, `${id}:keys:Up Enter`]);
    expect(log.events.at(-1)?.event.type).toBe('agent.interrupted');
  });
});
