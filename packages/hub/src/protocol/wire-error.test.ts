import { RuntimeError } from '@swarm-tui/core';
import { expect, it } from 'vitest';
import { HubError } from './hub-error.ts';
import { isRequestName, parseParams, parseResult } from './parse-request.ts';
import { toHubError, toWireError } from './wire-error.ts';

it('carries code, message, hint and reason over a wire and nothing else', () => {
  const error = new HubError('would-lose-work', 'Agent "x" has work.', { hint: 'Commit.', cause: new Error('secret') });
  const wire = JSON.parse(JSON.stringify(toWireError(error)));
  expect(wire).toEqual({ code: 'would-lose-work', message: 'Agent "x" has work.', hint: 'Commit.' });
  expect(toHubError(wire)).toMatchObject({ ...wire, reason: undefined });
});

it('keeps what a runtime said as the reason', () => {
  const error = new RuntimeError('tmux-missing', 'There is no tmux.', { hint: 'apt install tmux' });
  expect(toWireError(error)).toEqual({
    code: 'runtime-failed',
    message: 'There is no tmux.',
    hint: 'apt install tmux',
    reason: 'tmux-missing',
  });
});

it.each([
  [new Error('boom'), 'boom'],
  ['a string', 'a string'],
  [undefined, 'undefined'],
])('makes an internal error of %o', (thrown, message) => {
  expect(toHubError(thrown)).toMatchObject({ code: 'internal', message });
});

it('knows its requests, and not what objects have anyway', () => {
  expect(isRequestName('agent.send')).toBe(true);
  expect(isRequestName('constructor')).toBe(false);
  expect(isRequestName('__proto__')).toBe(false);
});

it('fills in defaults, and names the field that is wrong', () => {
  expect(parseParams('agent.remove', { id: 'a' })).toEqual({ id: 'a', worktree: 'keep', force: false, undoMs: 30_000 });
  expect(parseParams('hub.status', undefined)).toEqual({});
  expect(() => parseParams('agent.capture', { id: 'a', history: -1 })).toThrow(/^agent\.capture: history: /);
  expect(() => parseParams('agent.seen', { id: '../../etc' })).toThrow(HubError);
});

it('says that versions may differ when an answer is not understood', () => {
  expect(() => parseResult('runtime.ping', { ms: 'soon' })).toThrow(
    expect.objectContaining({ code: 'internal', hint: expect.stringContaining('versions') }),
  );
});
