import { join } from 'node:path';
import { expect, it } from 'vitest';
import { root, World } from './harness/world.ts';

/** Where `npm start` says that the person is, run in the clone as npm does. */
async function askDirectory(world: World, env: Readonly<Record<string, string>>): Promise<string> {
  const module = join(root, 'scripts', 'start-directory.mjs');
  const ask = `import(${JSON.stringify(module)}).then((m) => process.stdout.write(m.startDirectory()))`;
  const words = Object.entries(env).map(([name, value]) => `${name}=${value}`);
  return (await world.run('env', ['-C', root, ...words, process.execPath, '-e', ask])).stdout;
}

it('npm start works where the person is, not where the clone is', async () => {
  await using world = await World.create();
  const ours = { npm_package_name: 'swarm-tui-workspace' };
  expect(await askDirectory(world, { ...ours, INIT_CWD: world.work })).toBe(world.work);
  // called by a script of another project, by hand, or from a directory that is gone
  expect(await askDirectory(world, { INIT_CWD: world.work, npm_package_name: 'theirs' })).toBe(root);
  expect(await askDirectory(world, {})).toBe(root);
  expect(await askDirectory(world, { ...ours, INIT_CWD: join(world.work, 'gone') })).toBe(root);
});
