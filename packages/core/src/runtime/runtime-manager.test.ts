import { expect, it } from 'vitest';
import { RuntimeError } from '../errors.ts';
import { FakeRuntime } from '../testing/fake-runtime.ts';
import { RuntimeManager } from './runtime-manager.ts';

const config = { agentId: 'one', aiProvider: 'shell', workingDirectory: '/', command: ['forever'] };
const never = (): Promise<never> => new Promise(() => undefined);

it('keeps two runtimes of one type apart by the id in the handle', async () => {
  const manager = new RuntimeManager();
  manager.register('a', new FakeRuntime());
  manager.register('b', new FakeRuntime());
  const first = await manager.spawnAgent('a', config);
  const second = await manager.spawnAgent('b', config);
  await manager.killAgent(second);
  expect((await manager.listAllAgents()).map(({ handle }) => handle.runtimeId)).toEqual(['a']);
  expect(manager.getRuntimeOf(first)).toBe(manager.getRuntime('a'));
});

it('routes a handle without id to the only runtime of its type, else to the default one', async () => {
  const manager = new RuntimeManager();
  const only = new FakeRuntime({ type: 'fake' });
  manager.register('some', only);
  const handle = { runtimeType: 'fake', agentId: 'one', data: {} };
  expect(manager.getRuntimeOf(handle)).toBe(only);
  const usual = new FakeRuntime({ type: 'fake' });
  manager.register('fake-default', usual);
  expect(manager.getRuntimeOf(handle)).toBe(usual);
  manager.unregister('fake-default');
  manager.register('third', new FakeRuntime({ type: 'fake' }));
  expect(() => manager.getRuntimeOf(handle)).toThrow('2 runtimes of type "fake"');
});

it('lists the others when one runtime is dead and one never answers', async () => {
  const manager = new RuntimeManager({ timeoutMs: 50 });
  const dead = new FakeRuntime();
  dead.failure = new RuntimeError('engine-unavailable', 'The engine is down');
  const hanging = Object.assign(new FakeRuntime(), { listAgents: never, ping: never });
  manager.register('dead', dead);
  manager.register('hanging', hanging);
  manager.register('good', new FakeRuntime());
  await manager.spawnAgent('good', config);
  const agents = await manager.listAllAgents();
  expect(agents.map(({ handle }) => handle.runtimeId)).toEqual(['good']);
  expect(agents.failures).toMatchObject([
    { runtimeId: 'dead', error: { code: 'engine-unavailable' } },
    { runtimeId: 'hanging', error: { code: 'timed-out' } },
  ]);
  expect(await manager.pingAll()).toEqual(
    new Map([
      ['dead', false],
      ['hanging', false],
      ['good', true],
    ]),
  );
});

it('rejects with the reason of an aborted signal, also while a runtime hangs', async () => {
  const manager = new RuntimeManager();
  manager.register('hanging', Object.assign(new FakeRuntime(), { listAgents: never }));
  const controller = new AbortController();
  const listing = manager.listAllAgents({ signal: controller.signal });
  controller.abort(new Error('enough'));
  await expect(listing).rejects.toThrow('enough');
});

it('refuses an id that is taken, and what is no runtime', () => {
  const manager = new RuntimeManager();
  manager.register('a', new FakeRuntime());
  expect(() => manager.register('a', new FakeRuntime())).toThrow(expect.objectContaining({ code: 'runtime-exists' }));
  const broken = Object.assign(new FakeRuntime(), { ping: 'pong' });
  expect(() => manager.register('b', broken as unknown as FakeRuntime)).toThrow('ping() is missing');
});

it('names the known runtimes when one is not found', () => {
  const manager = new RuntimeManager();
  manager.register('a', new FakeRuntime());
  expect(() => manager.getRuntime('z')).toThrow(
    expect.objectContaining({ code: 'runtime-not-found', hint: 'Known runtimes: a' }),
  );
});
