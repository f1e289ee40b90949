import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import { FakeCli } from '../fake-context.ts';
import { BusWorld } from './bus-world.ts';

const wait = { timeout: 20_000 };

describe('ipc', () => {
  it('sends durable messages once, and prints where they are', async () => {
    await using world = await BusWorld.open('{"n":1}\n\ntext, not JSON\n');
    const run = (...command: readonly string[]) => world.cli.run('ipc', ...world.words(command));
    expect(await run('pub', 'buffer.jobs.add', '-')).toMatchObject({ code: 0, out: 'jobs 1\njobs 2\n' });
    expect((await run('pub', 'buffer.jobs.add', '1', '--id', 'mine')).out).toBe('jobs 3\n');
    expect((await run('pub', 'buffer.jobs.add', '1', '--id', 'mine')).out).toBe('jobs 3 duplicate\n');
    const { out, errors } = await run('replay', 'jobs');
    expect(out).toBe('buffer.jobs.add {"n":1}\nbuffer.jobs.add "text, not JSON"\nbuffer.jobs.add 1\n');
    const [, time = ''] = /replayed up to (\S+)/.exec(errors) ?? [];
    expect((await run('ack', 'jobs', time)).out).toBe('3 messages of jobs acknowledged\n');
    expect((await run('replay', 'jobs')).out).toBe('');
    expect((await run('stat')).out).toMatch(/^stream jobs +0 messages, 0 bytes, up to 3, 0 dropped$/m);
  });

  it('reads on where a durable consumer was', async () => {
    await using world = await BusWorld.open();
    const run = (...command: readonly string[]) => world.cli.run('ipc', ...world.words(command));
    for (const number of ['1', '2', '3']) await run('pub', 'buffer.jobs.add', number);
    const sub = ['sub', 'buffer.jobs.>', '--durable', 'worker', '--start', 'all', '--count'];
    expect((await run(...sub, '2')).out).toBe('buffer.jobs.add 1\nbuffer.jobs.add 2\n');
    expect((await run(...sub, '1')).out).toBe('buffer.jobs.add 3\n');
    expect((await run('ack', 'jobs', '2', '--durable', 'worker')).out).toBe('worker is at 3 of jobs\n');
    const since = ['sub', 'buffer.jobs.>', '--durable', 'late', '--start', '3', '--count', '1'];
    expect((await run(...since)).out).toBe('buffer.jobs.add 3\n');
  });

  it('prints nothing that a terminal acts on, and all the same what was sent', async () => {
    await using world = await BusWorld.open();
    const run = (...command: readonly string[]) => world.cli.run('ipc', ...world.words(command));
    const payload = { text: '\u001b[31m\u009b2J\u202ered' };
    await run('pub', 'buffer.jobs.add', JSON.stringify(payload));
    const { out } = await run('replay', 'jobs');
    expect(out).toMatch(/^[ -~]+\n$/);
    expect(JSON.parse(out.slice('buffer.jobs.add '.length))).toEqual(payload);
  });

  it('prints what comes until Ctrl+C', async () => {
    await using world = await BusWorld.open();
    const listener = new FakeCli();
    const running = listener.run('ipc', ...world.words(['sub', 'team.*']));
    await vi.waitFor(async () => {
      expect((await world.cli.run('ipc', ...world.words(['pub', 'team.a', '{"ok":true}']))).code).toBe(0);
      expect(listener.out).toContain('team.a {"ok":true}\n');
    }, wait);
    listener.interrupt();
    expect((await running).code).toBe(0);
  });

  it('asks, and says why there is no answer', async () => {
    await using world = await BusWorld.open();
    const run = (...command: readonly string[]) => world.cli.run('ipc', ...world.words(command));
    expect(await run('request', 'client_list')).toMatchObject({ code: 0, out: '{"clients":[]}\n' });
    expect(await run('request', 'math.double', '2')).toMatchObject({
      code: 1,
      errors: expect.stringContaining('Nobody answers math.double'),
    });
    expect(await run('pub', 'team.a', '1', '--to', 'nobody')).toMatchObject({
      code: 1,
      errors: expect.stringContaining('No client "nobody"'),
    });
    for (const command of [
      ['request', 'client_lst'],
      ['pub', 'buffer_taskspace_progress', '{"taskspace_id":"t"}'],
      ['request', 'a.b', '--timeout', 'soon'],
      ['ack', 'jobs', 'forty', '--durable', 'worker'],
      ['tokens', 'create', 'me', '--role', 'king'],
    ])
      expect(await run(...command)).toMatchObject({ code: 2, errors: expect.not.stringMatching(/^$/) });
  });

  it('says that there is no daemon, and how to start one', async () => {
    const cli = new FakeCli();
    expect(await cli.run('ipc', 'stat', '--socket', '/nowhere/ipc.sock')).toMatchObject({
      code: 4,
      errors: expect.stringMatching(/No daemon answers on \/nowhere\/ipc.sock.*\n.*ipc daemon/),
    });
    const { out } = await cli.run('ipc', 'stat', '--socket', '/nowhere/ipc.sock', '--json');
    expect(JSON.parse(out)).toMatchObject({ kind: 'error', error: { code: 'server-unreachable' } });
  });

  it('makes, lists and ends tokens, and shows the one of a file', async () => {
    await using world = await BusWorld.open();
    const run = (...command: readonly string[]) => world.cli.run('ipc', ...world.words(command));
    expect((await run('tokens', 'list')).out).toBe('No tokens.\n');
    const { out: token } = await run('tokens', 'create', 'editor', '--role', 'ide', '--taskspace', 't1', 't2');
    expect(token).toMatch(/^swarm_[0-9a-f]{12}_\S{43}\n$/);
    const [id = '', ...rest] = (await run('tokens', 'list')).out.trim().split(/ {2,}/);
    expect(rest).toEqual(['editor, ide, t1 t2, for ever']);
    const file = join(world.directory, 'token');
    writeFileSync(file, 'swarm_000000000000_not-a-token\n');
    expect(await run('stat', '--token-file', file)).toMatchObject({ code: 1 });
    expect((await run('tokens', 'revoke', id)).out).toBe(`${id} revoked\n`);
    expect(await run('tokens', 'revoke', id)).toMatchObject({ code: 1, errors: expect.stringContaining('no token') });
  });
});
