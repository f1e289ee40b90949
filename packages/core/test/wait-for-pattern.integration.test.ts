import { describe, expect, it } from 'vitest';
import { openService, startTestServer, type TransportKind } from './tmux-server.ts';

const kinds: readonly TransportKind[] = ['control', 'exec'];
// long: what is proven is that nobody waits for it
const timeoutMs = 600_000;

describe.each(kinds)('waiting for a text over %s', (kind) => {
  const open = async (config = '') => {
    const server = await startTestServer(config);
    return { server, service: openService(server, kind) };
  };

  it('stops with an error when the program ends and its pane stays', async () => {
    const { service } = await open('set -g remain-on-exit on\nset -g remain-on-exit-format ""');
    const { paneId } = await service.createSession({ name: 'ends', command: ['sh', '-c', 'echo last words; read x'] });
    await service.waitFor(paneId, 'last words', { timeoutMs });
    const waiting = service.waitFor(paneId, 'never', { timeoutMs }).catch((error: unknown) => error);
    await service.pressKeys(paneId, ['Enter']);
    expect(await waiting).toMatchObject({ code: 'pane-ended', message: expect.stringContaining(paneId) });
    expect(await service.waitFor(paneId, 'last words', { timeoutMs })).toBe('last words');
  });

  it('stops with an error when the pane goes away', async () => {
    const { service, server } = await open();
    const { paneId } = await service.createSession({ name: 'goes', command: ['cat', '-'] });
    const waiting = service.waitFor(paneId, 'never', { timeoutMs }).catch((error: unknown) => error);
    // it is being waited for once a first text was seen
    await service.sendKeys('goes', 0, 0, 'here');
    await service.waitFor(paneId, 'here', { timeoutMs });
    await server.tmux('kill-pane', '-t', paneId);
    expect(await waiting).toMatchObject({ code: expect.stringMatching(/pane-ended|target-not-found/) });
  });

  it('says so when there is no such pane', async () => {
    const { service } = await open();
    await expect(service.waitFor('nobody', 'x', { timeoutMs })).rejects.toMatchObject({ code: 'target-not-found' });
  });

  it('finds the last words of a program that ends while it is waited for', async () => {
    const { service } = await open('set -g remain-on-exit on\nset -g remain-on-exit-format ""');
    const { paneId } = await service.createSession({
      name: 'ends',
      command: ['sh', '-c', 'read x; echo it is done; sleep 0.2'],
    });
    const waiting = service.waitFor(paneId, 'is done', { timeoutMs });
    await service.pressKeys(paneId, ['Enter']);
    expect(await waiting).toBe('is done');
  });
});

it('goes on waiting when somebody kills the hidden session', async () => {
  const server = await startTestServer();
  const service = openService(server, 'control');
  const { paneId } = await service.createSession({ name: 'kept', command: ['cat', '-'] });
  await service.listenTo(paneId);
  const waiting = service.waitFor(paneId, 'after all', { timeoutMs });
  await server.tmux('kill-session', '-t', '=_swarm');
  await service.sendKeys('kept', 0, 0, 'after all');
  expect(await waiting).toBe('after all');
});
