import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { loadRuntime } from './load-runtime.ts';

const good = `
  export class ToyRuntime {
    type = 'toy';
    constructor(options) { this.options = options; }
    async spawnAgent() {} async killAgent() {} async listAgents() { return []; }
    getTmux() {} getAttachCommand() { return ''; } async ping() {}
  }`;

async function writeModule(text: string): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'swarm-load-'));
  onTestFinished(() => rm(directory, { recursive: true, force: true }));
  await writeFile(join(directory, 'runtime.mjs'), text);
  return directory;
}

it('loads a class from a path and hands it its options', async () => {
  const directory = await writeModule(good);
  const runtime = await loadRuntime({ module: './runtime.mjs', options: { size: 3 } }, { directory });
  expect(runtime).toMatchObject({ type: 'toy', options: { size: 3 } });
});

it('looks for a package from the place of the config file', async () => {
  const importModule = async (specifier: string): Promise<unknown> => ({ createRuntime: () => ({ type: specifier }) });
  const failure = loadRuntime({ module: '@me/runtime-toy' }, { directory: '/', importModule });
  await expect(failure).rejects.toThrow('what @me/runtime-toy makes is no AgentRuntime: spawnAgent() is missing');
  await expect(loadRuntime({ module: '@nobody/at-all' }, { directory: '/' })).rejects.toMatchObject({
    code: 'runtime-invalid',
    hint: 'Install it: npm install @nobody/at-all',
  });
});

it('says what a module exports when it does not find the runtime', async () => {
  const directory = await writeModule('export const one = 1; export const two = 2;');
  await expect(loadRuntime({ module: './runtime.mjs' }, { directory })).rejects.toMatchObject({
    hint: expect.stringContaining('one, two'),
  });
  await expect(loadRuntime({ module: './runtime.mjs', export: 'one' }, { directory })).rejects.toThrow(
    'no function or class one',
  );
});

it('keeps the words of a constructor that throws', async () => {
  const directory = await writeModule("export function createRuntime() { throw new Error('no such network'); }");
  await expect(loadRuntime({ module: './runtime.mjs' }, { directory })).rejects.toThrow('no such network');
});

it('refuses an entry that is not valid', async () => {
  await expect(loadRuntime({ module: '' }, { directory: '/' })).rejects.toMatchObject({ code: 'runtime-invalid' });
});
