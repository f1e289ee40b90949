import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { AccessControl } from './access-control.ts';
import { type NewToken, TokenStore } from './token-store.ts';

const agent: NewToken = { name: 'build agent', role: 'agent', taskspaces: ['ts-1'] };
const unknownToken = `swarm_${'0'.repeat(12)}_${'A'.repeat(43)}`;

async function openAccess(): Promise<{ access: AccessControl; tokens: TokenStore; clock: { nowMs: number } }> {
  const directory = await mkdtemp(join(tmpdir(), 'ipc-access-'));
  const tokens = await TokenStore.open({ directory });
  onTestFinished(async () => {
    await tokens[Symbol.asyncDispose]();
    await rm(directory, { recursive: true, force: true });
  });
  const clock = { nowMs: Date.now() };
  return { access: new AccessControl({ tokens, now: () => clock.nowMs }), tokens, clock };
}

function codeOf(action: () => unknown): unknown {
  try {
    return action();
  } catch (thrown) {
    return thrown instanceof Error && 'code' in thrown ? thrown.code : thrown;
  }
}

/** The same token with another secret. */
const withOtherSecret = (token: string): string => token.slice(0, -43) + 'A'.repeat(43);

afterEach(() => {
  vi.useRealTimers();
});

describe('AccessControl', () => {
  it('knows a token by its secret alone', async () => {
    const { access, tokens } = await openAccess();
    const { token, info } = await tokens.create(agent);
    const { token: other } = await tokens.create(agent);
    expect(access.check(token, '10.0.0.1').grant).toMatchObject({ role: 'agent', tokenId: info.id });
    const mixed = token.slice(0, -43) + other.slice(-43);
    const wrong = [mixed, withOtherSecret(token), token.slice(0, -1), `${token}x`, '', 'swarm__', info.id];
    expect(wrong.map((text) => codeOf(() => access.check(text, '10.0.0.2')))).toEqual(
      wrong.map(() => 'AUTHENTICATION_FAILED'),
    );
  });

  it('knows none without a list', () => {
    expect(codeOf(() => new AccessControl().check(unknownToken, '::1'))).toBe('AUTHENTICATION_FAILED');
  });

  it('does not know one whose time is up, or that is revoked', async () => {
    const { access, tokens, clock } = await openAccess();
    const { token, info } = await tokens.create({ ...agent, expiresAt: new Date(clock.nowMs + 1000) });
    expect(access.check(token, '::1').expiresAtMs).toBe(clock.nowMs + 1000);
    clock.nowMs += 1000;
    expect(() => access.check(token, '::1')).toThrow(/time .* is up/);
    clock.nowMs -= 1000;
    await tokens.revoke(info.id);
    expect(codeOf(() => access.check(token, '::1'))).toBe('AUTHENTICATION_FAILED');
  });

  it('makes who guesses wait, with the right one too, and forgives in time', async () => {
    const { access, tokens, clock } = await openAccess();
    const { token } = await tokens.create(agent);
    const guess = (): unknown => codeOf(() => access.check(withOtherSecret(token), '10.0.0.1'));
    const guesses = Array.from({ length: 12 }, guess);
    expect(guesses.slice(9)).toEqual(['AUTHENTICATION_FAILED', 'RATE_LIMIT_EXCEEDED', 'RATE_LIMIT_EXCEEDED']);
    expect(() => access.check(token, '10.0.0.1')).toThrow(expect.objectContaining({ retryAfterMs: 5000 }));
    clock.nowMs += 5000;
    expect(access.check(token, '10.0.0.1').grant.role).toBe('agent');
    expect([guess(), guess()]).toEqual(['AUTHENTICATION_FAILED', 'RATE_LIMIT_EXCEEDED']);
  });

  it('does not shut out others: of another address, or with another token', async () => {
    const { access, tokens } = await openAccess();
    const [mine, yours] = [await tokens.create(agent), await tokens.create(agent)];
    for (let count = 0; count < 30; count++) {
      codeOf(() => access.check(withOtherSecret(mine.token), '10.0.0.1'));
      codeOf(() => access.check(unknownToken, '10.0.0.1'));
    }
    expect(codeOf(() => access.check(mine.token, '10.0.0.1'))).toBe('RATE_LIMIT_EXCEEDED');
    expect(access.check(yours.token, '10.0.0.1').grant.tokenId).toBe(yours.info.id);
    expect(access.check(mine.token, '10.0.0.2').grant.tokenId).toBe(mine.info.id);
  });

  it('counts the addresses of one IPv6 network together, and IPv4 as it is', async () => {
    const { access } = await openAccess();
    const guess = (address: string): unknown => codeOf(() => access.check('x', address));
    for (let count = 0; count < 10; count++) guess(`2001:db8:1:2::${count}`);
    expect([guess('2001:db8:1:2:3:4:5:6'), guess('2001:db8:1:3::1')]).toEqual([
      'RATE_LIMIT_EXCEEDED',
      'AUTHENTICATION_FAILED',
    ]);
    for (let count = 0; count < 10; count++) guess('::ffff:10.0.0.1');
    expect([guess('10.0.0.1'), guess('10.0.0.2')]).toEqual(['RATE_LIMIT_EXCEEDED', 'AUTHENTICATION_FAILED']);
  });

  it('holds a bounded number of addresses', async () => {
    const { access } = await openAccess();
    const guess = (number: number): unknown =>
      codeOf(() => access.check('x', `10.0.${Math.floor(number / 256)}.${number % 256}`));
    for (let count = 0; count < 11; count++) guess(0);
    expect(guess(0)).toBe('RATE_LIMIT_EXCEEDED');
    for (let number = 1; number <= 10_000; number++) guess(number);
    expect(guess(0)).toBe('AUTHENTICATION_FAILED');
  });
});

describe('the credentials of a connection', () => {
  it('of the owner may be exchanged for a token, once', async () => {
    const { access, tokens } = await openAccess();
    const [one, other] = [await tokens.create(agent), await tokens.create(agent)];
    const connection = access.admitOwner();
    expect(connection.onConnect()).toMatchObject({ clientType: 'cli', isOwner: true });
    expect(connection.authenticate({ token: one.token, client_id: 'x' })).toMatchObject({
      clientType: 'agent',
      taskspaces: new Set(['ts-1']),
      isOwner: false,
    });
    expect(connection.authenticate({ token: one.token })).toMatchObject({ clientType: 'agent' });
    expect(codeOf(() => connection.authenticate({ token: other.token }))).toBe('AUTHENTICATION_FAILED');
  });

  it.each<[string, unknown]>([
    ['nothing', undefined],
    ['no token', {}],
    ['a number', { token: 7 }],
    ['text', 'token'],
    ['too much', { token: 'x'.repeat(5000) }],
  ])('are not taken from %s', async (_name, auth) => {
    const { access } = await openAccess();
    expect(codeOf(() => access.admitOwner().authenticate(auth))).toBe('AUTHENTICATION_FAILED');
  });

  it('end with their token, once', async () => {
    const { access, tokens } = await openAccess();
    const { token, info } = await tokens.create(agent);
    const [early, late, owner] = [access.admitToken(token, '::1'), access.admitOwner(), access.admitOwner()];
    const ended = vi.fn();
    early.onEnded((reason) => ended('early', reason));
    late.onEnded((reason) => ended('late', reason));
    owner.onEnded((reason) => ended('owner', reason));
    late.authenticate({ token });
    await tokens.revoke(info.id);
    expect(ended.mock.calls).toEqual([
      ['early', 'token revoked'],
      ['late', 'token revoked'],
    ]);
  });

  it('end when their time is up, also after more than a timer can wait', async () => {
    const { access, tokens, clock } = await openAccess();
    const monthMs = 31 * 24 * 3600 * 1000;
    const { token } = await tokens.create({ ...agent, expiresAt: new Date(clock.nowMs + monthMs) });
    vi.useFakeTimers();
    const connection = access.admitToken(token, '::1');
    const ended = vi.fn();
    connection.onEnded(ended);
    clock.nowMs += monthMs - 1000;
    vi.advanceTimersByTime(2 ** 31 - 1);
    expect(ended).not.toHaveBeenCalled();
    clock.nowMs += 1000;
    vi.advanceTimersByTime(1000);
    expect(ended.mock.calls).toEqual([['token expired']]);
  });

  it('leave nothing behind when the connection is gone', async () => {
    const { access, tokens, clock } = await openAccess();
    const { token, info } = await tokens.create({ ...agent, expiresAt: new Date(clock.nowMs + 1000) });
    vi.useFakeTimers();
    const connection = access.admitToken(token, '::1');
    const ended = vi.fn();
    connection.onEnded(ended);
    connection.dispose();
    expect(vi.getTimerCount()).toBe(0);
    vi.useRealTimers();
    await tokens.revoke(info.id);
    expect(ended).not.toHaveBeenCalled();
  });
});
