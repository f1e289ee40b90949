import { describe, expect, it, onTestFinished, vi } from 'vitest';
import type { HubConnection } from '../client/hub-connection.ts';
import { applyPatch } from '../protocol/apply-patch.ts';
import type { AgentRecord } from '../protocol/agent-record.ts';
import type { FleetDelta, FleetSnapshot } from '../protocol/fleet-delta.ts';
import { HubError } from '../protocol/hub-error.ts';
import { subjects } from '../protocol/requests.ts';
import { createAgentRecord } from './create-agent-record.ts';
import type { FakeFleet } from './fake-fleet.ts';

/** One hub under test: a connection to it and the scripted fleet behind it. */
export interface HubUnderContract extends AsyncDisposable {
  readonly hub: HubConnection;
  readonly fleet: FakeFleet;
}

/** What every `HubConnection` promises, whatever lies between it and the fleet. `create` gives a connected one. */
export function describeHubConnectionContract(name: string, create: () => Promise<HubUnderContract>): void {
  async function open(): Promise<HubUnderContract> {
    const opened = await create();
    onTestFinished(async () => opened[Symbol.asyncDispose]());
    opened.fleet.put(createAgentRecord({ id: 'a1', name: 'fix-login' }));
    return opened;
  }

  describe(`${name} keeps the hub connection contract`, () => {
    describeRequests(open);
    describeFleetWatch(open);
    describeStreams(open);
  });
}

type Open = () => Promise<HubUnderContract>;

function describeRequests(open: Open): void {
  it('answers a request, with defaults filled in on the way', async () => {
    const { hub, fleet } = await open();
    const message = await hub.request('agent.send', { id: 'a1', text: 'go on; rm -rf $(x) \u{1f600}\n#{pane}' });
    expect(message).toMatchObject({ text: 'go on; rm -rf $(x) \u{1f600}\n#{pane}', state: 'accepted' });
    expect(fleet.asked('agent.send')).toEqual([expect.objectContaining({ id: 'a1', submit: true, wait: 'queued' })]);
  });

  it('rejects with the code and the hint that the fleet gave', async () => {
    const { hub, fleet } = await open();
    fleet.answer('agent.stop', async () => {
      throw new HubError('would-lose-work', 'Agent "fix-login" has work.', { hint: 'Commit it.', reason: 'dirty' });
    });
    const failure = hub.request('agent.stop', { id: 'a1' });
    await expect(failure).rejects.toBeInstanceOf(HubError);
    await expect(failure).rejects.toMatchObject({
      code: 'would-lose-work',
      message: 'Agent "fix-login" has work.',
      hint: 'Commit it.',
      reason: 'dirty',
    });
  });

  it('keeps the code of a runtime as the reason', async () => {
    const { hub, fleet } = await open();
    fleet.answer('agent.restart', async () => {
      throw Object.assign(new Error('tmux is gone'), { code: 'engine-unavailable', hint: 'start it' });
    });
    await expect(hub.request('agent.restart', { id: 'a1' })).rejects.toMatchObject({
      code: 'runtime-failed',
      reason: 'engine-unavailable',
      hint: 'start it',
    });
  });

  it('refuses parameters that the schema does not know, and names the field', async () => {
    const { hub, fleet } = await open();
    const failure = hub.request('agent.rename', { id: 'a1', name: '' });
    await expect(failure).rejects.toMatchObject({ code: 'invalid-request', message: expect.stringContaining('name') });
    expect(fleet.asked('agent.rename')).toEqual([]);
  });

  it('gives up at the time-out', async () => {
    const { hub, fleet } = await open();
    fleet.answer('agent.interrupt', () => new Promise(() => {}));
    await expect(hub.request('agent.interrupt', { id: 'a1' }, { timeoutMs: 30 })).rejects.toMatchObject({
      code: 'timed-out',
    });
  });

  it('rejects with the reason of an aborted signal, and the handler hears of it', async () => {
    const { hub, fleet } = await open();
    const heard = vi.fn();
    fleet.answer('agent.interrupt', (_params, { signal }) => {
      signal.addEventListener('abort', heard);
      return new Promise(() => {});
    });
    const controller = new AbortController();
    const failure = hub.request('agent.interrupt', { id: 'a1' }, { signal: controller.signal });
    await vi.waitFor(() => expect(fleet.asked('agent.interrupt')).toHaveLength(1), waiting);
    const reason = new Error('the person pressed Escape');
    controller.abort(reason);
    await expect(failure).rejects.toBe(reason);
    await vi.waitFor(() => expect(heard).toHaveBeenCalled(), waiting);
  });

  it('tells about itself', async () => {
    const { hub } = await open();
    expect(await hub.request('hub.status', {})).toMatchObject({ protocol: 1, agents: 1 });
    expect(hub.connection.state).toBe('connected');
  });

  it('lets dispose be called twice, and then refuses requests', async () => {
    const { hub } = await open();
    await hub[Symbol.asyncDispose]();
    await hub[Symbol.asyncDispose]();
    await expect(hub.request('agent.seen', { id: 'a1' })).rejects.toMatchObject({ code: 'hub-unreachable' });
  });
}

function describeFleetWatch(open: Open): void {
  it('tells the snapshot first, then each delta that is newer, in order', async () => {
    const { hub, fleet } = await open();
    const seen = new Mirror(hub);
    fleet.put(createAgentRecord({ id: 'a2' }));
    await vi.waitFor(() => expect(seen.names).toEqual(['fix-login', 'a2']), waiting);
    fleet.patch('a1', { text: 'npm test', unread: true });
    fleet.remove('a2');
    await vi.waitFor(() => expect(seen.names).toEqual(['fix-login']), waiting);
    expect(seen.agents.get('a1')).toMatchObject({ text: 'npm test', unread: true, name: 'fix-login' });
    expect(seen.snapshots).toBe(1);
    expect(seen.isInOrder).toBe(true);
  });

  it('asks for a new snapshot after a gap', async () => {
    const { hub, fleet } = await open();
    const seen = new Mirror(hub);
    await vi.waitFor(() => expect(seen.snapshots).toBe(1), waiting);
    fleet.skipDelta();
    fleet.patch('a1', { text: 'after the gap' });
    await vi.waitFor(() => expect(seen.agents.get('a1')?.text).toBe('after the gap'), waiting);
    expect(seen.snapshots).toBe(2);
  });

  it('holds together while everything changes under the snapshot', async () => {
    const { hub, fleet } = await open();
    const seen = new Mirror(hub);
    for (let step = 0; step < 300; step += 1) {
      fleet.patch('a1', { text: `line ${step}` });
      if (step % 50 === 0) await new Promise((resolve) => setImmediate(resolve));
    }
    await vi.waitFor(() => expect(seen.agents.get('a1')?.text).toBe('line 299'), waiting);
    expect(seen.isInOrder).toBe(true);
  });

  it('tells nothing more after unsubscribing, which may be done twice', async () => {
    const { hub, fleet } = await open();
    const kept = new Mirror(hub);
    const left = new Mirror(hub);
    await vi.waitFor(() => expect(left.snapshots).toBe(1), waiting);
    left.stop();
    left.stop();
    fleet.patch('a1', { text: 'later' });
    await vi.waitFor(() => expect(kept.agents.get('a1')?.text).toBe('later'), waiting);
    expect(left.agents.get('a1')?.text).toBe('');
  });
}

function describeStreams(open: Open): void {
  it('shows the screen as it is, then as it changes, only while watched', async () => {
    const { hub, fleet } = await open();
    const subject = subjects.screen('a1');
    fleet.show('a1', ['before']);
    const frames = vi.fn();
    const stop = hub.watchScreen('a1', frames);
    await vi.waitFor(
      () => expect(frames).toHaveBeenLastCalledWith(expect.objectContaining({ lines: ['before'] })),
      waiting,
    );
    await vi.waitFor(() => expect(fleet.interests).toContain(subject), waiting);
    fleet.show('a1', ['\u001b[31mafter\u001b[m']);
    await vi.waitFor(
      () => expect(frames).toHaveBeenLastCalledWith(expect.objectContaining({ lines: ['\u001b[31mafter\u001b[m'] })),
      waiting,
    );
    stop();
    await vi.waitFor(() => expect(fleet.interests).not.toContain(subject), waiting);
  });

  it('gives a second watcher of a screen its first frame too', async () => {
    const { hub, fleet } = await open();
    fleet.show('a1', ['still']);
    const [first, second] = [vi.fn(), vi.fn()];
    hub.watchScreen('a1', first);
    await vi.waitFor(() => expect(first).toHaveBeenCalled(), waiting);
    hub.watchScreen('a1', second);
    await vi.waitFor(() => expect(second).toHaveBeenCalledWith(expect.objectContaining({ lines: ['still'] })), waiting);
  });

  it('passes on output as bytes', async () => {
    const { hub, fleet } = await open();
    const written: string[] = [];
    hub.watchOutput('a1', ({ data }) => written.push(new TextDecoder().decode(data)));
    await vi.waitFor(() => expect(fleet.interests).toContain(subjects.output('a1')), waiting);
    fleet.write('a1', 'Grüße\u001b[0m');
    await vi.waitFor(() => expect(written).toEqual(['Grüße\u001b[0m']), waiting);
  });

  it('tells logged events in order, without those from before', async () => {
    const { hub, fleet } = await open();
    fleet.emit({ type: 'agent.seen', id: 'a1' });
    const seqs: number[] = [];
    hub.watchEvents(({ seq }) => seqs.push(seq));
    await vi.waitFor(() => expect(fleet.asked('fleet.events')).toHaveLength(1), waiting);
    // The answer to the question where the log ends is on its way: these two must be told whichever comes first.
    await hub.request('hub.status', {});
    fleet.emit({ type: 'agent.interrupted', id: 'a1' });
    fleet.emit({ type: 'agent.seen', id: 'a1' });
    await vi.waitFor(() => expect(seqs).toEqual([2, 3]), waiting);
  });
}

/** Follows a fleet as the list does. */
class Mirror {
  readonly agents = new Map<string, AgentRecord>();
  readonly stop: () => void;
  snapshots = 0;
  isInOrder = true;
  #seq = 0;

  constructor(hub: HubConnection) {
    this.stop = hub.watchFleet({ snapshot: (snapshot) => this.#take(snapshot), delta: (delta) => this.#apply(delta) });
  }

  get names(): readonly string[] {
    return [...this.agents.values()].map(({ name }) => name);
  }

  #take({ seq, agents }: FleetSnapshot): void {
    this.snapshots += 1;
    this.#seq = seq;
    this.agents.clear();
    for (const agent of agents) this.agents.set(agent.id, agent);
  }

  #apply({ seq, changes }: FleetDelta): void {
    this.isInOrder &&= this.snapshots > 0 && seq === this.#seq + 1;
    this.#seq = seq;
    for (const change of changes) {
      if (change.type === 'put') this.agents.set(change.agent.id, change.agent);
      if (change.type === 'remove') this.agents.delete(change.id);
      const agent = change.type === 'patch' ? this.agents.get(change.id) : undefined;
      if (change.type === 'patch' && agent !== undefined) this.agents.set(change.id, applyPatch(agent, change.patch));
    }
  }
}

const waiting = { timeout: 10_000, interval: 10 };
