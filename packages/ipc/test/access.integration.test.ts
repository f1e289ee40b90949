import { connect } from 'node:net';
import { describe, expect, it, vi } from 'vitest';
import { type AccessWorld, codeOf, openWorld, Peer } from './access-world.ts';

const REFUSED = 'AUTHENTICATION_FAILED';

async function openAgents(): Promise<{ world: AccessWorld; agent: Peer; other: Peer; app: Peer }> {
  const world = await openWorld();
  const agent = await Peer.onPort(world, await world.createToken({ taskspaces: ['ts-1'] }));
  const other = await Peer.onPort(world, await world.createToken({ taskspaces: ['ts-2'] }));
  const app = Peer.onSocketFile(world);
  await app.ask('client_register', { client_type: 'symposium_app' });
  return { world, agent, other, app };
}

const progress = (taskspace_id: string): object => ({ taskspace_id, message: 'm', category: 'info' });

describe('an agent cannot', () => {
  it('publish as another: by from, in either direction', async () => {
    const { agent, other } = await openAgents();
    const { data } = await other.ask('client_register', { client_type: 'agent' });
    const victim = Object(data).client_id;
    await other.ask('subscribe', { subjects: ['team.>'] });
    expect(codeOf(await agent.ask('team.a', {}, { from: victim, expect_response: true }))).toBe(REFUSED);
    agent.say('team.b', { by: 'agent' });
    await agent.ask('heartbeat');
    await other.ask('heartbeat');
    const [heard] = other.heard.filter(({ type }) => type.startsWith('team.'));
    expect(heard?.type).toBe('team.b');
    expect(heard?.from).not.toBe(victim);
  });

  it('speak as the daemon', async () => {
    const { agent, app } = await openAgents();
    await app.ask('subscribe', { subjects: ['client_*', 'system_status', 'server_closing'] });
    const types = ['client_disconnected', 'client_connected', 'system_status', 'server_closing', 'lagged', 'error'];
    const answers = await Promise.all(types.map((type) => agent.ask(type, {}, { expect_response: true })));
    expect(answers.map(codeOf)).toEqual(types.map(() => REFUSED));
    expect(await app.listen(...types)).toEqual([]);
  });

  it('place its messages in the buffer of another: by type, subject or a claimed seq', async () => {
    const { agent, app } = await openAgents();
    expect(codeOf(await agent.ask('buffer_taskspace_progress', progress('ts-2')))).toBe(REFUSED);
    expect(codeOf(await agent.ask('buffer.ts-2.log', {}))).toBe(REFUSED);
    const mine = await agent.ask('buffer_taskspace_progress', progress('ts-1'), { stream: 'ts-2', seq: 99 });
    expect(mine['data']).toMatchObject({ stream: 'ts-1', seq: 1 });
    const { data } = await app.ask('buffer_replay', {});
    expect(Object(data).messages).toMatchObject([{ type: 'buffer_taskspace_progress', stream: 'ts-1', seq: 1 }]);
  });

  it('hear what is about another: by type, wide pattern or subject', async () => {
    const { agent, other } = await openAgents();
    expect(codeOf(await agent.ask('subscribe', { subjects: ['buffer.ts-2.>'] }))).toBe(REFUSED);
    await agent.ask('subscribe', { subjects: ['>', 'buffer_*', 'buffer.>', 'buffer.*.log', 'agent_*'] });
    await other.ask('buffer_taskspace_progress', progress('ts-2'));
    await other.ask('buffer.ts-2.log', {});
    await agent.ask('buffer.ts-1.log', { own: true });
    expect(await agent.listen('buffer_taskspace_progress', 'buffer.ts-2.log', 'buffer.ts-1.log')).toEqual([
      { own: true },
    ]);
  });

  it('hear what is addressed to another', async () => {
    const { agent, other, app } = await openAgents();
    const { data } = await other.ask('heartbeat');
    await agent.ask('subscribe', { subjects: ['>'] });
    app.say('note.private', { to: 'you' }, { to: Object(data).client_id });
    await vi.waitFor(() => expect(other.heard.some(({ type }) => type === 'note.private')).toBe(true));
    expect(await agent.listen('note.private')).toEqual([]);
  });

  it('replay, acknowledge, or take over a consumer of another', async () => {
    const { agent, other, app } = await openAgents();
    await other.ask('buffer_taskspace_progress', progress('ts-2'));
    await other.ask('subscribe', { subjects: ['buffer_*'], durable: 'mine', stream: 'ts-2', start: 'all' });
    const tries: readonly (readonly [string, object])[] = [
      ['buffer_replay', {}],
      ['buffer_replay', { taskspace_id: 'ts-2' }],
      ['buffer_acknowledge', { taskspace_id: 'ts-2', replay_timestamp: '2099-01-01T00:00:00Z' }],
      ['consumer_ack', { stream: 'ts-2', name: 'mine', seq: 1 }],
      ['consumer_remove', { stream: 'ts-2', name: 'mine' }],
      ['subscribe', { subjects: ['buffer_*'], durable: 'mine', stream: 'ts-2', start: 'all' }],
      ['subscribe', { subjects: ['buffer.ts-2.>'], durable: 'mine', start: 'all' }],
    ];
    const answers = await Promise.all(tries.map(([type, payload]) => agent.ask(type, payload)));
    expect(answers.map(codeOf)).toEqual(tries.map(() => REFUSED));
    const { data } = await app.ask('buffer_replay', { taskspace_id: 'ts-2' });
    expect(Object(data).messages).toHaveLength(1);
  });

  it('command others, nor itself', async () => {
    const { agent, other } = await openAgents();
    await other.ask('subscribe', { subjects: ['agent_*'] });
    const { data } = await other.ask('heartbeat');
    const command = { taskspace_id: 'ts-2', command: 'rm -rf /', inject_method: 'api_call' };
    const answers = [
      await agent.ask('agent_command', command),
      await agent.ask('agent_command', command, { to: Object(data).client_id }),
      await agent.ask('agent_command', { ...command, taskspace_id: 'ts-1' }),
      await agent.ask('agent_interrupt', { taskspace_id: 'ts-2', reason: 'error' }),
      await agent.ask('agent_command', command, { expect_response: true }),
    ];
    expect(answers.map(codeOf)).toEqual(answers.map(() => REFUSED));
    expect(await other.listen('agent_command', 'agent_interrupt')).toEqual([]);
  });

  it('answer what another was asked', async () => {
    const { agent, other, app } = await openAgents();
    await other.ask('subscribe', { subjects: ['math.double'], queue: 'q' });
    const id = app.say('math.double', 21, { expect_response: true });
    await vi.waitFor(() => expect(other.heard.some(({ type }) => type === 'math.double')).toBe(true));
    agent.say('response', { status: 'success', data: 'forged' }, { id });
    await agent.ask('heartbeat');
    other.say('response', { status: 'success', data: 42 }, { id });
    await vi.waitFor(() => expect(app.heard.some((message) => message.id === id)).toBe(true));
    expect(app.heard.filter((message) => message.id === id).map(({ payload }) => payload)).toEqual([
      { status: 'success', data: 42 },
    ]);
  });

  it('become somebody else, or widen what it has', async () => {
    const { world, agent } = await openAgents();
    const admin = await world.createToken({ role: 'cli', taskspaces: undefined });
    const answers = [
      await agent.ask('client_register', { client_type: 'symposium_app' }),
      await agent.ask('client_register', { client_type: 'cli' }),
      await agent.ask('client_register', { client_type: 'agent', taskspace_id: 'ts-2' }),
      await agent.ask('heartbeat', {}, { auth: { token: admin } }),
      await agent.ask('daemon_handover', { reason: 'mine now' }),
    ];
    expect(answers.map(codeOf)).toEqual(answers.map(() => REFUSED));
    expect(codeOf(await agent.ask('buffer_taskspace_progress', progress('ts-2')))).toBe(REFUSED);
  });
});

describe('what is told to others', () => {
  it('never has the token in it', async () => {
    const { world, other } = await openAgents();
    const token = await world.createToken();
    await other.ask('subscribe', { subjects: ['team.>'] });
    const agent = await Peer.onPort(world, token);
    agent.say('team.a', { n: 1 }, { auth: { token, client_id: 'x' } });
    agent.say('team.b', { n: 2 });
    await agent.ask('heartbeat');
    expect(await other.listen('team.a', 'team.b')).toEqual([{ n: 1 }, { n: 2 }]);
    expect(JSON.stringify(other.heard)).not.toContain('swarm_');
  });
});

describe('scopes of a token', () => {
  it('hold on the wire', async () => {
    const world = await openWorld();
    const token = await world.createToken({ publish: ['team.red.>'], subscribe: ['team.red.>'] });
    const agent = await Peer.onPort(world, token);
    expect(codeOf(await agent.ask('subscribe', { subjects: ['team.red.*'] }))).toBe('success');
    expect(codeOf(await agent.ask('subscribe', { subjects: ['team.>'] }))).toBe(REFUSED);
    expect(codeOf(await agent.ask('team.blue.x', {}))).toBe(REFUSED);
    agent.say('team.red.x', { n: 1 });
    expect(await agent.listen('team.red.x')).toEqual([{ n: 1 }]);
  });

  it('hold for client_register, all or nothing', async () => {
    const world = await openWorld();
    const agent = await Peer.onPort(world, await world.createToken({ subscribe: ['team.>'] }));
    const wish = { client_type: 'agent', subscriptions: ['team.a', 'other.b'] };
    expect(codeOf(await agent.ask('client_register', wish))).toBe(REFUSED);
    expect(codeOf(await agent.ask('client_register', { client_type: 'agent', subscriptions: ['team.a'] }))).toBe(
      'success',
    );
  });
});

describe('a token that ends', () => {
  it('ends its open sessions when it is revoked, and no other', async () => {
    const { world, agent, other } = await openAgents();
    const [first] = world.tokens.list();
    await world.tokens.revoke(first?.id ?? '');
    await agent.closed;
    expect(codeOf(await other.ask('heartbeat'))).toBe('success');
    await vi.waitFor(() => expect(world.daemon.clientCount).toBe(2));
  });

  it('ends them when its time is up', async () => {
    const world = await openWorld();
    const token = await world.createToken({ expiresAt: new Date(Date.now() + 1500) });
    const agent = await Peer.onPort(world, token);
    await agent.closed;
    const late = new Peer(connect({ port: world.port, host: '127.0.0.1' }));
    expect(codeOf(await late.ask('heartbeat', {}, { auth: { token } }))).toBe(REFUSED);
  });
});

describe('the owner of the socket', () => {
  it('may put on a token, and is no more than that then', async () => {
    const world = await openWorld();
    const peer = Peer.onSocketFile(world);
    expect(codeOf(await peer.ask('buffer_replay', {}))).toBe('success');
    expect(codeOf(await peer.ask('heartbeat', {}, { auth: { token: await world.createToken() } }))).toBe('success');
    expect(codeOf(await peer.ask('buffer_replay', {}))).toBe(REFUSED);
  });

  it('of a socket that was made for one agent is that agent', async () => {
    const owner = { role: 'agent', taskspaces: new Set(['ts-1']), publish: ['>'], subscribe: ['>'] } as const;
    const peer = Peer.onSocketFile(await openWorld({ access: { owner } }));
    expect(codeOf(await peer.ask('client_register', { client_type: 'symposium_app' }))).toBe(REFUSED);
    expect(codeOf(await peer.ask('client_register', { client_type: 'agent' }))).toBe('success');
    expect(codeOf(await peer.ask('buffer_taskspace_progress', progress('ts-1')))).toBe('success');
    expect(codeOf(await peer.ask('buffer_taskspace_progress', progress('ts-2')))).toBe(REFUSED);
    expect(codeOf(await peer.ask('daemon_handover', { reason: 'mine' }))).toBe(REFUSED);
  });
});
