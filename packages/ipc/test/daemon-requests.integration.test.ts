import { describe, expect, it } from 'vitest';
import { openWorld, readAnswer } from './daemon-world.ts';

const asking = { expect_response: true };

describe.each(['binary', 'json-lines'] as const)('requests over %s', (encoding) => {
  it('go to one responder, whose answer comes back, whatever others say', async () => {
    const { connect } = await openWorld();
    const [asker, one, other, liar] = [
      await connect(encoding),
      await connect(encoding),
      await connect(encoding),
      await connect(encoding),
    ];
    await asker.register();
    for (const worker of [one, other]) await worker.ask('subscribe', { subjects: ['math.add'], queue: 'adders' });
    const id = asker.say('math.add', [1, 2], asking);
    const asked = await Promise.race(
      [one, other].map(async (peer) => ({ peer, message: await peer.hear(({ type }) => type === 'math.add') })),
    );
    expect(asked.message).toMatchObject({ id, from: asker.id, payload: [1, 2], expect_response: true });
    liar.say('response', { status: 'success', data: 4 }, { id });
    await liar.ask('heartbeat');
    asked.peer.say('response', { status: 'pending' }, { id });
    asked.peer.say('response', { status: 'success', data: 3 }, { id });
    asked.peer.say('response', { status: 'success', data: 5 }, { id });
    await asked.peer.ask('heartbeat');
    const answers = (await asker.settled('response')).filter((envelope) => envelope.id === id);
    expect(answers.map(readAnswer)).toMatchObject([{ status: 'pending' }, { status: 'success', data: 3 }]);
    expect(one.all('math.add').length + other.all('math.add').length).toBe(1);
  });

  it('of two clients with the same id do not get each other’s answers', async () => {
    const { connect } = await openWorld();
    const [one, other, worker] = [await connect(encoding), await connect('binary'), await connect(encoding)];
    await worker.ask('subscribe', { subjects: ['echo.it'] });
    one.say('echo.it', 'one', { ...asking, id: '1' });
    await one.ask('heartbeat', {}, { id: 'h' });
    other.say('echo.it', 'other', { ...asking, id: '1' });
    await worker.hear(({ payload }) => payload === 'other');
    for (const { id, payload } of worker.all('echo.it').toReversed())
      worker.say('response', { status: 'success', data: payload }, { id });
    for (const [peer, text] of [
      [one, 'one'],
      [other, 'other'],
    ] as const) {
      expect(readAnswer(await peer.hear(({ id, type }) => type === 'response' && id === '1')).data).toBe(text);
    }
  });

  it('that nobody can answer are refused at once', async () => {
    const { connect } = await openWorld();
    const [asker, one, other] = [await connect(encoding), await connect(encoding), await connect(encoding)];
    expect((await asker.ask('math.add', [], asking)).code).toBe('NO_RESPONDERS');
    expect((await asker.ask('math.add', [], { ...asking, to: 'cli_nobody' })).code).toBe('CLIENT_NOT_FOUND');
    for (const peer of [one, other]) await peer.ask('subscribe', { subjects: ['math.*'] });
    expect((await asker.ask('math.add', [], asking)).code).toBe('NO_RESPONDERS');
    await one.register();
    const answer = asker.ask('math.add', [], { ...asking, to: one.id });
    const { id } = await one.hear(({ type }) => type === 'math.add');
    one.say('response', { status: 'error', error: 'no numbers' }, { id });
    expect(await answer).toMatchObject({ status: 'error', error: 'no numbers' });
    expect(other.all('math.add')).toEqual([]);
  });

  it('end when either side goes, or the asker cancels', async () => {
    const { connect } = await openWorld({ limits: { requestsInFlight: 2 } });
    const [asker, worker] = [await connect(encoding), await connect(encoding)];
    await worker.ask('subscribe', { subjects: ['slow.job'] });
    const cancelled = asker.say('slow.job', 1, asking);
    await worker.hear(({ payload }) => payload === 1);
    asker.say('cancel', { request_id: cancelled });
    expect((await worker.hear(({ type }) => type === 'cancel')).payload).toEqual({ request_id: cancelled });
    worker.say('response', { status: 'success' }, { id: cancelled });
    await worker.ask('heartbeat');
    expect((await asker.settled('response')).some(({ id }) => id === cancelled)).toBe(false);

    const gone = await connect(encoding);
    const left = gone.say('slow.job', 2, { ...asking, id: 'of-gone' });
    await worker.hear(({ payload }) => payload === 2);
    gone.link.destroy('gone');
    await worker.hear(({ type, payload }) => type === 'cancel' && Object(payload).request_id === left);

    const waiting = asker.ask('slow.job', 3, asking);
    asker.say('slow.job', 4, asking);
    expect((await asker.ask('slow.job', 5, asking)).code).toBe('RATE_LIMIT_EXCEEDED');
    await worker.hear(({ payload }) => payload === 4);
    worker.link.destroy('gone');
    expect((await waiting).code).toBe('CLIENT_NOT_FOUND');
  });
});
