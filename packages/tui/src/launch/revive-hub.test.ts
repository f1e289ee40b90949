import { FakeHub } from '@swarm-tui/hub/testing';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { reviveHub } from './revive-hub.ts';

function revived(start: () => Promise<void>) {
  const hub = new FakeHub({ agents: [] });
  const reconnect = vi.spyOn(hub, 'reconnectNow');
  const care = reviveHub(hub, { start, firstMs: 5 });
  onTestFinished(() => care[Symbol.dispose]());
  return { hub, reconnect, care };
}

describe('reviveHub', () => {
  it('starts a hub that was lost and dials it at once', async () => {
    const start = vi.fn(async () => {});
    const { hub, reconnect } = revived(start);
    hub.lose();
    await vi.waitFor(() => expect(reconnect).toHaveBeenCalled());
    expect(start).toHaveBeenCalled();
  });

  it('tries again after a failure, until the hub is there', async () => {
    const start = vi.fn(async () => {
      if (start.mock.calls.length < 3) throw new Error('not yet');
      hub.connect();
    });
    const { hub } = revived(start);
    hub.lose();
    await vi.waitFor(() => expect(hub.connection.state).toBe('connected'));
    expect(start).toHaveBeenCalledTimes(3);
  });

  it('leaves a hub alone that somebody stopped, and cares again for the next one', async () => {
    const start = vi.fn(async () => {});
    const { hub, reconnect } = revived(start);
    await hub.request('hub.stop', {});
    expect(hub.connection).toMatchObject({ state: 'lost', isStopped: true });
    const other = revived(async () => {});
    other.hub.lose();
    await vi.waitFor(() => expect(other.reconnect).toHaveBeenCalled());
    expect(start).not.toHaveBeenCalled();
    hub.connect();
    hub.lose();
    await vi.waitFor(() => expect(reconnect).toHaveBeenCalled());
    expect(start).toHaveBeenCalled();
  });

  it('leaves a hub alone that comes back by itself, and all hubs once it is disposed', async () => {
    const start = vi.fn(async () => {});
    const { hub, care } = revived(start);
    hub.lose();
    hub.connect();
    care[Symbol.dispose]();
    hub.lose();
    const other = revived(async () => {});
    other.hub.lose();
    await vi.waitFor(() => expect(other.reconnect).toHaveBeenCalled());
    expect(start).not.toHaveBeenCalled();
  });
});
