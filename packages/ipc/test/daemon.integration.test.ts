import { describe, expect, it, vi } from 'vitest';
import { openWorld } from './daemon-world.ts';

const progress = { taskspace_id: 'ts-1', message: 'Tests pass', category: 'info' };

describe.each(['binary', 'json-lines'] as const)('a daemon over %s', (encoding) => {
  it('gives a client an id by its type, lists it, and tells the others that it came and went', async () => {
    const { connect } = await openWorld();
    const [watcher, agent] = [await connect(encoding), await connect(encoding)];
    await watcher.register('symposium_app', { subscriptions: ['client_*'] });
    await agent.register('agent', { capabilities: ['user_interaction'], taskspace_id: 'ts-1' });
    expect(agent.id).toMatch(/^agent_[0-9a-f]+$/);
    expect((await watcher.hear(({ payload }) => Object(payload).client_id === agent.id)).type).toBe('client_connected');
    const { data } = await watcher.ask('client_list');
    expect(Object(data).clients).toContainEqual(
      expect.objectContaining({
        client_id: agent.id,
        client_type: 'agent',
        taskspace_id: 'ts-1',
        capabilities: ['user_interaction'],
      }),
    );
    agent.link.destroy('gone');
    const left = await watcher.hear(({ type }) => type === 'client_disconnected');
    expect(left.payload).toMatchObject({ client_id: agent.id });
    expect((await watcher.ask('client_register', { client_type: 'cli' })).code).toBe('MESSAGE_FORMAT_INVALID');
  });

  it('sends a subject to all that subscribed, once, to patterns too, with its sender, and not after unsubscribing', async () => {
    const { connect } = await openWorld();
    const [publisher, exact, both] = [await connect(encoding), await connect('json-lines'), await connect('binary')];
    await publisher.register();
    await exact.ask('subscribe', { subjects: ['team.build.done'] });
    expect((await both.ask('subscribe', { subjects: ['team.*.done', 'team.>'] })).data).toEqual({ subscriptions: 2 });
    publisher.say('team.build.done', { run: 1 }, { from: publisher.id });
    publisher.say('team.build.done', { run: 2 });
    publisher.say('team.other', { run: 3 });
    await both.hear(({ type }) => type === 'team.other');
    await exact.hear(({ payload }) => Object(payload).run === 2);
    expect(both.heard.filter(({ type }) => type !== 'response')).toMatchObject([
      { type: 'team.build.done', payload: { run: 1 }, from: publisher.id },
      { type: 'team.build.done', payload: { run: 2 }, from: publisher.id },
      { type: 'team.other', payload: { run: 3 }, from: publisher.id },
    ]);
    expect((await both.ask('unsubscribe', { subjects: ['team.>'] })).data).toEqual({ subscriptions: 1 });
    publisher.say('team.other', { run: 4 });
    await publisher.ask('heartbeat');
    expect(await both.settled('team.other')).toHaveLength(1);
    expect(exact.all('team.other')).toEqual([]);
  });

  it('keeps the order of messages on many subjects in one go, whoever gets which', async () => {
    const { connect } = await openWorld();
    const [publisher, all, some] = [await connect(encoding), await connect(encoding), await connect(encoding)];
    await publisher.register();
    await all.ask('subscribe', { subjects: ['n.>'] });
    await some.ask('subscribe', { subjects: ['n.even'] });
    for (let index = 0; index < 2000; index++) {
      publisher.say(index % 3 === 0 ? 'n.even' : 'n.odd', index, { from: publisher.id });
    }
    await all.hear(({ payload }) => payload === 1999);
    await some.hear(({ payload }) => payload === 1998);
    const numbers = Array.from({ length: 2000 }, (_, index) => index);
    expect(all.heard.flatMap(({ type, payload }) => (type === 'response' ? [] : [payload]))).toEqual(numbers);
    expect(some.all('n.even').map(({ payload }) => payload)).toEqual(numbers.filter((index) => index % 3 === 0));
  });

  it('gives each message to one member of a queue, in turn', async () => {
    const { connect } = await openWorld();
    const [publisher, one, other] = [await connect(encoding), await connect(encoding), await connect(encoding)];
    await publisher.register();
    for (const worker of [one, other]) await worker.ask('subscribe', { subjects: ['jobs.>'], queue: 'workers' });
    for (let index = 0; index < 10; index++) publisher.say('jobs.new', index, { from: publisher.id });
    await publisher.ask('heartbeat');
    const [first, second] = [await one.settled('jobs.new'), await other.settled('jobs.new')];
    expect([first.length, second.length]).toEqual([5, 5]);
    expect(new Set([...first, ...second].map(({ payload }) => payload)).size).toBe(10);
  });

  it('keeps a durable message before it answers, sends it live with its place, and replays it until acknowledged', async () => {
    const { connect } = await openWorld();
    const [agent, app] = [await connect(encoding), await connect(encoding)];
    await agent.register('agent', { taskspace_id: 'ts-1' });
    await app.register('symposium_app', { subscriptions: ['buffer_*'] });
    expect((await agent.ask('buffer_taskspace_progress', progress, { id: 'p1' })).data).toEqual({
      stream: 'ts-1',
      seq: 1,
      duplicate: false,
    });
    const live = await app.hear(({ type }) => type === 'buffer_taskspace_progress');
    expect(live).toMatchObject({ id: 'p1', stream: 'ts-1', seq: 1, from: agent.id, payload: progress });
    const replay = Object((await app.ask('buffer_replay', { taskspace_id: 'ts-1' })).data);
    expect(replay.messages).toMatchObject([{ id: 'p1', payload: progress }]);
    expect((await agent.ask('buffer_taskspace_progress', progress, { id: 'p2' })).status).toBe('success');
    const acknowledgement = { taskspace_id: 'ts-1', replay_timestamp: replay.replay_timestamp };
    expect((await app.ask('buffer_acknowledge', acknowledgement)).data).toEqual({ acknowledged: 1 });
    const rest = Object((await app.ask('buffer_replay')).data);
    expect(rest.messages).toMatchObject([{ id: 'p2' }]);
    expect(await app.settled('buffer_taskspace_progress')).toHaveLength(2);
  });

  it('knows a durable message that comes again', async () => {
    const { connect } = await openWorld();
    const peer = await connect(encoding);
    await peer.ask('subscribe', { subjects: ['buffer.log.>'] });
    expect((await peer.ask('buffer.log.line', 'x', { id: 'same' })).data).toMatchObject({ seq: 1, duplicate: false });
    peer.heard.splice(0);
    expect((await peer.ask('buffer.log.line', 'x', { id: 'same' })).data).toMatchObject({ seq: 1, duplicate: true });
    expect(await peer.settled('buffer.log.line')).toEqual([]);
  });

  it('answers a spawn twice: pending with its receipt, then as whoever makes taskspaces does', async () => {
    const { connect } = await openWorld();
    const [app, maker] = [await connect(encoding), await connect(encoding)];
    await app.register('symposium_app');
    await maker.register('cli', { subscriptions: ['buffer_taskspace_spawn'] });
    const payload = { taskspace_id: 'ts-9', name: 'New', project_repo: 'https://example.org/x.git' };
    expect(await app.ask('buffer_taskspace_spawn', payload, { id: 's1' })).toMatchObject({
      status: 'pending',
      data: { seq: 1 },
    });
    await maker.hear(({ type }) => type === 'buffer_taskspace_spawn');
    maker.say('response', { status: 'success', data: { taskspace_id: 'ts-9' } }, { id: 's1' });
    const done = await app.hear(
      ({ type, payload: said }) =>
        type === 'response' && Object(said).status === 'success' && Object(said).data.taskspace_id === 'ts-9',
    );
    expect(done.id).toBe('s1');
  });

  it('says what is wrong with a message, and goes on', async () => {
    const { connect } = await openWorld();
    const peer = await connect(encoding);
    await peer.register('agent', { taskspace_id: 'ts-1' });
    const complaint = async (type: string, payload: unknown = {}, more = {}): Promise<unknown> => {
      const id = peer.say(type, payload, more);
      const about = await peer.hear(
        (envelope) => envelope.id === id || Object(envelope.payload).original_message_id === id,
      );
      return Object(about.payload).error_code ?? Object(about.payload).data?.error_code;
    };
    expect(await complaint('bufer_replay')).toBe('MESSAGE_FORMAT_INVALID');
    expect(peer.heard.at(-1)?.payload).toMatchObject({ error_message: expect.stringContaining('buffer_replay') });
    expect(await complaint('team..x')).toBe('MESSAGE_FORMAT_INVALID');
    expect(await complaint('buffer_taskspace_progress', { ...progress, category: 'joke' })).toBe(
      'MESSAGE_FORMAT_INVALID',
    );
    expect(await complaint('buffer_taskspace_progress', { ...progress, taskspace_id: 'ts-2' })).toBe(
      'AUTHENTICATION_FAILED',
    );
    expect(await complaint('agent_command', { taskspace_id: 'ts-1', command: 'x', inject_method: 'api_call' })).toBe(
      'AUTHENTICATION_FAILED',
    );
    expect(await complaint('client_connected', {})).toBe('AUTHENTICATION_FAILED');
    expect(await complaint('team.agent.x', {}, { from: 'cli_1' })).toBe('AUTHENTICATION_FAILED');
    expect(await complaint('team.agent.x', {}, { to: 'nobody' })).toMatch(/CLIENT_NOT_FOUND|AUTHENTICATION_FAILED/);
    expect(await complaint('subscribe', { subjects: ['a.*b.c'] })).toBe('MESSAGE_FORMAT_INVALID');
    expect((await peer.ask('heartbeat')).status).toBe('success');
  });

  it('takes a message to one client alone, and leaves out what only the daemon may say, and credentials', async () => {
    const { connect } = await openWorld();
    const [sender, receiver, other] = [await connect(encoding), await connect(encoding), await connect(encoding)];
    await sender.register();
    await receiver.register();
    await other.ask('subscribe', { subjects: ['mail.>'] });
    sender.say('mail.note', 'hi', { to: receiver.id, stream: 'forged', seq: 7 });
    const note = await receiver.hear(({ type }) => type === 'mail.note');
    expect(note).toEqual({ type: 'mail.note', id: note.id, payload: 'hi', to: receiver.id, from: sender.id });
    expect(await other.settled('mail.note')).toEqual([]);
  });

  it('tells how the machine and the buffers are', async () => {
    const { connect } = await openWorld({ statusMs: 50 });
    const peer = await connect(encoding);
    await peer.register('symposium_app', { subscriptions: ['system_status'] });
    await peer.ask('buffer.log.line', 'x');
    const told = await peer.hear(
      ({ type, payload }) => type === 'system_status' && Object(payload).buffers.length === 1,
    );
    expect(told.payload).toMatchObject({
      clients: 1,
      buffers: [{ stream: 'log', messages: 1, last_seq: 1, dropped: 0 }],
    });
    expect(Object((await peer.ask('status_request')).data)).toMatchObject({ cpu_usage: expect.stringMatching(/%$/) });
  });

  it('keeps its limits: clients, subscriptions, rate', async () => {
    const { connect } = await openWorld({ limits: { clients: 2, subscriptions: 3, messagesPerSecond: 50 } });
    const [one, second] = [await connect(encoding), await connect(encoding)];
    await one.register();
    await second.ask('heartbeat');
    expect((await one.ask('subscribe', { subjects: ['a.1', 'a.2'] })).status).toBe('success');
    expect((await one.ask('subscribe', { subjects: ['a.2', 'a.3', 'a.4'] })).code).toBe('LIMIT_EXCEEDED');
    expect((await one.ask('unsubscribe', { subjects: ['a.9'] })).data).toEqual({ subscriptions: 2 });
    for (let index = 0; index < 60; index++) one.say('b.x', index, { from: one.id });
    const refused = await one.hear(({ type }) => type === 'error');
    expect(refused.payload).toMatchObject({ error_code: 'RATE_LIMIT_EXCEEDED', retry_after: expect.any(Number) });
    await vi.waitFor(async () => expect((await one.ask('heartbeat')).status).toBe('success'), 10_000);
    // Binary: at the handshake. Text: as an error to the first line.
    const late = await connect(encoding).catch((problem: unknown) => String(problem));
    if (typeof late !== 'string') late.say('heartbeat');
    const refusal = typeof late === 'string' ? late : JSON.stringify(await late.hear(({ type }) => type === 'error'));
    expect(refusal).toMatch(/Too many clients|as many clients as it allows/);
  });
});
