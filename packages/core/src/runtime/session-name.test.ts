import { expect, it } from 'vitest';
import { toFreeSessionName, toSafeSessionName } from './session-name.ts';

it('keeps plain names as they are', () => {
  expect(toSafeSessionName('agent', 'id')).toBe('agent');
  expect(toSafeSessionName('fix_login-2', 'id')).toBe('fix_login-2');
  expect(toSafeSessionName('日本語', 'id')).toBe('日本語');
});

it('leaves nothing that tmux, a format or a shell could misread', () => {
  expect(toSafeSessionName('a.b:c #{pid} $(x) `y` "z"; %1 @2', 'id')).toBe('a-b-c-pid-x-y-z-1-2');
  expect(toSafeSessionName('=_swarm', 'id')).toBe('swarm');
});

it('falls back to the id, and cuts what is long', () => {
  expect(toSafeSessionName(' \n;', 'the-id')).toBe('the-id');
  expect(toSafeSessionName('x'.repeat(500), 'id')).toHaveLength(60);
});

it('counts up to the first free name', () => {
  const taken = new Set(['fix', 'fix-2']);
  expect(toFreeSessionName('fix', (name) => taken.has(name))).toBe('fix-3');
  expect(toFreeSessionName('new', (name) => taken.has(name))).toBe('new');
});
