import { createAgentRecord } from '@swarm-tui/hub/testing';
import { describe, expect, it, vi } from 'vitest';
import { examples } from '../examples.ts';
import { FakeCli } from '../fake-context.ts';
import { documentSchema, jsonKinds } from './json-kinds.ts';

const seen = new Set<string>();

/** Each document holds what is documented and nothing else; gives their kinds. */
function check(out: string): readonly string[] {
  return out
    .trimEnd()
    .split('\n')
    .map((line) => {
      const document: unknown = JSON.parse(line);
      const kind = typeof document === 'object' && document !== null && 'kind' in document ? String(document.kind) : '';
      expect(documentSchema(kind).parse(document)).toEqual(document);
      seen.add(kind);
      return kind;
    });
}

const agents = [
  createAgentRecord({
    id: 'a-1',
    name: 'a',
    git: { branch: 'main', added: 3, removed: 1, dirtyFiles: 1, unpushed: 0, at: 1 },
    worktree: { path: '/w', branch: 'b', created: true },
  }),
  createAgentRecord({ id: 'b-1', name: 'b', lifecycle: 'stopped', exit: { code: 1, signal: null, at: 5 } }),
];
const checks = [async () => [{ level: 'ok', topic: 'x', text: 'y' } as const]];

describe('--json', () => {
  it.each([
    ['agents', 'ls'],
    ['agents', 'kill', 'a', '--yes'],
    ['agents', 'demo', '--count', '2'],
    ['agents', 'demo', '--stop'],
    ['agent', 'spawn', 'demo', 'x'],
    ['agent', 'restart', 'a'],
    ['agent', 'rename', 'a', 'c'],
    ['done', 'keys', 'a', 'Enter'],
    ['done', 'interrupt', 'a'],
    ['message', 'send', 'a', 'hello'],
    ['wait', 'wait', 'a'],
    ['screen', 'capture', 'a'],
    ['logs', 'logs', 'a'],
    ['explanation', 'explain', 'a'],
    ['hub', 'hub', 'status'],
    ['hub', 'hub', 'stop'],
    ['doctor', 'doctor'],
    ['error', 'capture', 'nobody'],
    ['error', 'kill', 'a'],
  ])('prints %s from `%s %s`, as documented', async (kind, ...words) => {
    const { out } = await new FakeCli({ agents, checks }).run(...words, '--json');
    expect(check(out)).toEqual([kind]);
    const from = jsonKinds[kind]?.from ?? [];
    expect(kind === 'error' || from.some((path) => words.join(' ').startsWith(path))).toBe(true);
  });

  it('prints events of every kind as documented, with the words of `ls` for states', async () => {
    const cli = new FakeCli({ agents });
    const [agent] = agents;
    if (agent === undefined) throw new Error('no agent');
    const activity = { ...agent.activity, state: 'waiting', reason: 'question' } as const;
    cli.hub.fleet.emit({ type: 'agent.activity', id: 'a-1', activity, unread: true });
    cli.hub.fleet.emit({ type: 'agent.lifecycle', id: 'a-1', lifecycle: 'stopped', reason: 'x', exit: null });
    cli.hub.fleet.emit({ type: 'agent.lifecycle', id: 'a-1', lifecycle: 'running', reason: null, exit: null });
    const { out } = await cli.run('events', '--no-follow', '--json');
    expect(check(out)).toEqual(['event', 'event', 'event']);
    const states = out
      .trimEnd()
      .split('\n')
      .map((line) => Reflect.get(Object(JSON.parse(line)), 'state'));
    expect(states).toEqual(['waiting', 'stopped', undefined]);
  });

  it('prints what is followed as documented', async () => {
    const cli = new FakeCli({ agents });
    const running = cli.run('logs', 'a', '--follow', '-n', '0', '--json');
    await vi.waitFor(() => expect(cli.hub.fleet.interests.has('agent.a-1.output')).toBe(true));
    cli.hub.fleet.write('a-1', 'hello\r\n');
    await vi.waitFor(() => expect(cli.out).not.toBe(''));
    cli.interrupt();
    await running;
    expect(check(cli.out)).toEqual(['output']);
  });

  it('is documented for every command but those that print something else', () => {
    const documented = Object.values(jsonKinds).flatMap(({ from }) => from);
    const missing = Object.keys(examples).filter((path) => !documented.includes(path));
    expect(missing).toEqual(['attach', 'completion']);
  });

  it('was seen of every kind', () => {
    expect([...seen].toSorted()).toEqual(Object.keys(jsonKinds).toSorted());
  });
});
