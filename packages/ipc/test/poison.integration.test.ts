import { connect } from 'node:net';
import { expect, it, onTestFinished, vi } from 'vitest';
import { type AccessWorld, codeOf, openWorld, Peer } from './access-world.ts';
import { toPair, toWebSocketFrame, upgradeRequest } from './fuzz-bytes.ts';

/** Sends messages whose bodies end too soon, in a frame that a relay need not look into. Gives what was said to that. */
async function poison({ socketPath }: AccessWorld, types: readonly string[]): Promise<string> {
  const socket = connect(socketPath);
  onTestFinished(() => void socket.destroy());
  let heard = '';
  socket.on('data', (chunk: Buffer) => {
    heard += chunk.toString('latin1');
  });
  socket.write(Buffer.concat([upgradeRequest, toWebSocketFrame(toPair({ type: 'heartbeat', id: '1', payload: {} }))]));
  const from = await vi.waitFor(() => {
    const [name] = /cli_[0-9a-f]{18}/.exec(heard) ?? [];
    if (name === undefined) throw new Error('not named yet');
    return name;
  });
  const whole = types.map((type) => toPair({ type, id: type, from, payload: 0 }));
  const broken = whole.map((pair) => Buffer.concat([pair.subarray(0, -1), Buffer.from([0x92])]));
  const last = toPair({ type: 'heartbeat', id: 'the-last', payload: {} });
  socket.write(toWebSocketFrame(Buffer.concat([...broken, last])));
  await vi.waitFor(() => expect(heard).toContain('the-last'));
  return heard;
}

it('a broken body is not kept: replays go on', async () => {
  const world = await openWorld();
  const app = Peer.onSocketFile(world);
  await app.ask('buffer.ts-1.good', { n: 1 });
  expect(await poison(world, ['buffer.ts-1.bad'])).toContain('MESSAGE_FORMAT_INVALID');
  const { data } = await app.ask('buffer_replay', {});
  expect(Object(data).messages).toMatchObject([{ type: 'buffer.ts-1.good' }]);
});

it('a broken body costs a reader of text that message alone, and the sender nothing', async () => {
  const world = await openWorld();
  const [reader, app] = [Peer.onSocketFile(world), Peer.onSocketFile(world)];
  await reader.ask('subscribe', { subjects: ['team.>'] });
  await poison(world, ['team.bad', 'team.worse']);
  app.say('team.good', { n: 1 });
  await app.ask('heartbeat');
  expect(await reader.listen('team.bad', 'team.worse', 'team.good')).toEqual([{ n: 1 }]);
  expect(codeOf(await reader.ask('heartbeat'))).toBe('success');
});
