import { createAgentRecord } from '@swarm-tui/hub/testing';
import { describe, expect, it, vi } from 'vitest';
import { examples } from '../examples.ts';
import { FakeCli } from '../fake-context.ts';
import { BusWorld } from '../ipc/bus-world.ts';
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

  it('prints what the commands of the bus say as documented', async () => {
    await using daemon = await BusWorld.open();
    const { cli, words } = daemon;
    const kinds = async (...command: readonly string[]) =>
      check((await cli.run('ipc', ...words(command), '--json')).out);
    expect(await kinds('pub', 'buffer.jobs.add', '{"n":1}')).toEqual(['ipc-published']);
    expect(await kinds('sub', 'buffer.jobs.>', '--durable', 'w', '--start', 'all', '--count', '1')).toEqual([
      'ipc-message',
    ]);
    expect(await kinds('request', 'heartbeat')).toEqual(['ipc-answer']);
    expect(await kinds('replay', 'jobs')).toEqual(['ipc-message', 'ipc-replayed']);
    expect(await kinds('ack', 'jobs', '1', '--durable', 'w')).toEqual(['ipc-acknowledged']);
    expect(await kinds('ack', 'jobs', '2026-01-01T10:00:00.000000Z')).toEqual(['ipc-acknowledged']);
    expect(await kinds('stat')).toEqual(['ipc-status']);
    expect(await kinds('tokens', 'create', 'me', '--role', 'cli')).toEqual(['ipc-token']);
    expect(await kinds('tokens', 'list')).toEqual(['ipc-tokens']);
    const [token] = JSON.parse((await cli.run('ipc', ...words(['tokens', 'list']), '--json')).out).tokens;
    expect(await kinds('tokens', 'revoke', token.id)).toEqual(['ipc-revoked']);
  });

  it('is documented for every command but those that print something else', () => {
    const documented = Object.values(jsonKinds).flatMap(({ from }) => from);
    const missing = Object.keys(examples).filter((path) => !documented.includes(path));
    expect(missing).toEqual(['attach', 'ipc daemon', 'completion']);
  });

  it('was seen of every kind', () => {
    expect([...seen].toSorted()).toEqual(Object.keys(jsonKinds).toSorted());
  });
});
