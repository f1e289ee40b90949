import { expect, it } from 'vitest';
import { examples } from './examples.ts';
import { FakeCli } from './fake-context.ts';

const paths = Object.keys(examples);

it('has examples for every command of the help, and for no other', async () => {
  const { out } = await new FakeCli().run('__complete', '--', '');
  const words = out.trim().split('\n');
  const plain = words.filter((word) => !['help', 'hub', 'ipc'].includes(word));
  const ipc = [
    'daemon',
    'pub',
    'sub',
    'request',
    'replay',
    'ack',
    'stat',
    'tokens create',
    'tokens list',
    'tokens revoke',
  ];
  const deep = ['hub status', 'hub stop', ...ipc.map((word) => `ipc ${word}`)];
  expect(paths.toSorted()).toEqual([...plain, ...deep].toSorted());
});

it.each(paths)('shows them in the help of `%s`, with options that it has', async (path) => {
  const { code, out } = await new FakeCli().run(...path.split(' '), '--help');
  expect(code).toBe(0);
  const [usage = '', shown = ''] = out.split('\nExamples\n');
  for (const example of examples[path] ?? []) {
    expect(shown).toContain(`  ${example}\n`);
    const [, own = ''] = new RegExp(`swarm-tui ${path}\\b([^|]*)`).exec(example) ?? [];
    for (const [option] of own.replace(/ -- .*/, '').matchAll(/(?<= )--?[a-z]+(?:-[a-z]+)*/g))
      expect(`${usage}--color`).toContain(option);
  }
});

it.each([
  ['lss', 'Did you mean ls?'],
  ['spwan', 'Did you mean spawn?'],
])('asks whether %s was meant otherwise', async (word, question) => {
  expect(await new FakeCli().run(word)).toMatchObject({ code: 2, errors: expect.stringContaining(question) });
});

it('asks whether another option was meant', async () => {
  const { code, errors } = await new FakeCli().run('spawn', 'claude', '--worktre');
  expect({ code, errors }).toMatchObject({ code: 2, errors: expect.stringContaining('Did you mean --worktree?') });
});
