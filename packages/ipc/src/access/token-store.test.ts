import { chmod, mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { type NewToken, TokenStore } from './token-store.ts';

async function makeDirectory(): Promise<string> {
  const parent = await mkdtemp(join(tmpdir(), 'ipc-tokens-'));
  onTestFinished(() => rm(parent, { recursive: true, force: true }));
  return join(parent, 'access');
}

async function open(directory: string): Promise<TokenStore> {
  const store = await TokenStore.open({ directory });
  onTestFinished(() => store[Symbol.asyncDispose]());
  return store;
}

const agent: NewToken = { name: 'build agent', role: 'agent', taskspaces: ['ts-1'] };

describe('TokenStore', () => {
  it('tells a token once and keeps its hash alone, for the owner alone', async () => {
    const directory = await makeDirectory();
    const store = await open(directory);
    const { token, info } = await store.create(agent);
    const text = await readFile(join(directory, 'tokens.json'), 'utf8');
    const secret = token.slice(-43);
    expect([text.includes(secret), text.includes(info.id)]).toEqual([false, true]);
    expect((await stat(directory)).mode & 0o777).toBe(0o700);
    expect((await stat(join(directory, 'tokens.json'))).mode & 0o777).toBe(0o600);
    expect(JSON.stringify([info, store.list()])).not.toMatch(/sha256/);
    expect(store.list()).toEqual([info]);
    expect((await readdir(directory)).toSorted()).toEqual(['lock.db', 'tokens.json']);
  });

  it('still knows them after the end', async () => {
    const directory = await makeDirectory();
    const first = await open(directory);
    const { info } = await first.create(agent);
    await first[Symbol.asyncDispose]();
    expect((await open(directory)).list()).toEqual([info]);
  });

  it('revokes one, tells who listens, and leaves the others', async () => {
    const store = await open(await makeDirectory());
    const [one, other] = [await store.create(agent), await store.create({ ...agent, name: 'other' })];
    const gone = vi.fn();
    store.onRevoked(gone);
    expect([await store.revoke(one.info.id), await store.revoke(one.info.id)]).toEqual([true, false]);
    expect(gone.mock.calls).toEqual([[one.info.id]]);
    expect(store.list()).toEqual([other.info]);
  });

  it('hears of what another process revokes', async () => {
    const directory = await makeDirectory();
    const [daemon, command] = [await open(directory), await open(directory)];
    const { info } = await daemon.create(agent);
    const gone = vi.fn();
    daemon.onRevoked(gone);
    expect(await command.revoke(info.id)).toBe(true);
    await vi.waitFor(() => expect(gone.mock.calls).toEqual([[info.id]]));
    expect(daemon.find(info.id)).toBeUndefined();
  });

  it('loses none of those that two make at the same time', async () => {
    const directory = await makeDirectory();
    const stores = [await open(directory), await open(directory)];
    const made = await Promise.all(stores.flatMap((store) => Array.from({ length: 5 }, () => store.create(agent))));
    const ids = made.map(({ info }) => info.id).toSorted();
    const listed = stores.map((store) =>
      store
        .list()
        .map(({ id }) => id)
        .toSorted(),
    );
    expect(new Set(ids).size).toBe(10);
    expect(listed).toEqual([ids, ids]);
  });

  it('changes nothing when it cannot write', async () => {
    const directory = await makeDirectory();
    const store = await open(directory);
    const { info } = await store.create(agent);
    // A directory in the place of the draft: this stops root too.
    await mkdir(join(directory, 'tokens.json.draft'));
    const gone = vi.fn();
    store.onRevoked(gone);
    await expect(store.revoke(info.id)).rejects.toThrow(/draft/);
    await expect(store.create(agent)).rejects.toThrow(/draft/);
    expect([store.list(), gone.mock.calls]).toEqual([[info], []]);
  });

  it('takes a broken file for no change while it runs, and does not start with one', async () => {
    const directory = await makeDirectory();
    const error = vi.fn();
    const ignore = (): void => undefined;
    await using store = await TokenStore.open({
      directory,
      logger: { debug: ignore, info: ignore, warn: ignore, error },
    });
    const { info } = await store.create(agent);
    await writeFile(join(directory, 'tokens.json'), '{"version":1,"tokens":[{]}');
    const line = expect.objectContaining({ event: 'access.tokens-unreadable' });
    await vi.waitFor(() => expect(error).toHaveBeenCalledWith(line));
    expect(store.find(info.id)?.id).toBe(info.id);
    await expect(store.create(agent)).rejects.toMatchObject({ code: 'tokens-unreadable' });
    await expect(TokenStore.open({ directory })).rejects.toMatchObject({ code: 'tokens-unreadable' });
  });

  it('takes from others the right to read a file that was copied there', async () => {
    const directory = await makeDirectory();
    await (await open(directory)).create(agent);
    await chmod(join(directory, 'tokens.json'), 0o644);
    await open(directory);
    expect((await stat(join(directory, 'tokens.json'))).mode & 0o777).toBe(0o600);
  });

  it.each<[string, NewToken]>([
    ['an agent of all taskspaces', { name: 'a', role: 'agent' }],
    ['an editor of none', { name: 'a', role: 'ide', taskspaces: [] }],
    ['a pattern that makes no sense', { ...agent, publish: ['a..b'] }],
    ['a pattern with stars inside', { ...agent, subscribe: ['a.b*c'] }],
  ])('refuses a token for %s', async (_name, wish) => {
    const store = await open(await makeDirectory());
    await expect(store.create(wish)).rejects.toMatchObject({ code: 'MESSAGE_FORMAT_INVALID' });
    expect(store.list()).toEqual([]);
  });
});
