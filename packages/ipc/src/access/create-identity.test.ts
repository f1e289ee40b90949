import { describe, expect, it } from 'vitest';
import { messageTypes } from '../protocol/message-types.ts';
import { createIdentity } from './create-identity.ts';
import { type Grant, ownerGrant } from './grant.ts';

const agentGrant: Grant = {
  role: 'agent',
  taskspaces: new Set(['ts-1']),
  publish: ['>'],
  subscribe: ['>'],
  tokenId: 'a1',
};

function sendableBy(grant: Grant): readonly string[] {
  const identity = createIdentity(grant);
  const types = Object.keys(messageTypes).filter((type) => /^(buffer_task|agent_|system_)/.test(type));
  return types.filter((type) => identity.mayPublish(type));
}

const reports = [
  'buffer_taskspace_spawn',
  'buffer_taskspace_update',
  'buffer_taskspace_progress',
  'buffer_taskspace_signal_user',
];
const orders = ['agent_interrupt', 'agent_command'];
const isRefused = expect.objectContaining({ code: 'AUTHENTICATION_FAILED' });

describe('the rules of symposium-ipc, section 5', () => {
  it.each<[Grant['role'], readonly string[]]>([
    ['symposium_app', [...reports, ...orders, 'system_status']],
    ['cli', [...reports, ...orders, 'system_status']],
    ['agent', reports],
    ['ide', orders],
  ])('let a client of type %s send what stands there', (role, types) => {
    expect(sendableBy({ ...agentGrant, role }).toSorted()).toEqual(types.toSorted());
  });

  it('let nobody send what the daemon says', () => {
    const owner = createIdentity(ownerGrant);
    const types = ['error', 'lagged', 'client_connected', 'server_closing'];
    expect(types.filter((type) => owner.mayPublish(type))).toEqual([]);
  });

  it('let an agent neither read buffers nor acknowledge', () => {
    const agent = createIdentity(agentGrant);
    expect(['buffer_replay', 'buffer_acknowledge'].filter((type) => agent.mayPublish(type))).toEqual([]);
  });
});

describe('scopes', () => {
  const scoped = createIdentity({ ...agentGrant, publish: ['team.red.>'], subscribe: ['team.>', 'agent_*'] });

  it('hold for what is sent', () => {
    const types = ['team.red.a', 'team.blue.a', 'buffer_taskspace_progress'];
    expect(types.filter((type) => scoped.mayPublish(type))).toEqual(['team.red.a']);
  });

  it('leave what a client has to say to the daemon', () => {
    const types = ['subscribe', 'heartbeat', 'client_register', 'response'];
    expect(types.filter((type) => scoped.mayPublish(type))).toEqual(types);
  });

  it('hold for what is subscribed to', () => {
    const patterns = ['team.blue.x', 'team.*', 'agent_command', '>', 'te*', '*.red', 'buffer_*'];
    expect(patterns.filter((pattern) => scoped.maySubscribe(pattern))).toEqual(patterns.slice(0, 3));
  });
});

describe('a taskspace of somebody else', () => {
  const agent = createIdentity(agentGrant);

  it('is not written to through a subject', () => {
    const types = ['buffer.ts-1.a', 'buffer.ts-2.a'];
    expect(types.filter((type) => agent.mayPublish(type))).toEqual(['buffer.ts-1.a']);
  });

  it('is not subscribed to by its name', () => {
    const patterns = ['buffer.ts-1.>', 'buffer.ts-2.>', 'buffer.ts-2.a'];
    expect(patterns.filter((pattern) => agent.maySubscribe(pattern))).toEqual(['buffer.ts-1.>']);
  });
});

describe('client_register', () => {
  const owner = createIdentity(ownerGrant);

  it('makes an agent of the owner, and of that nothing else any more', () => {
    const agent = owner.narrow({ clientType: 'agent', taskspaceIds: ['ts-1'] });
    expect([agent.clientType, agent.taskspaces, agent.isOwner]).toEqual(['agent', new Set(['ts-1']), false]);
    expect(() => agent.narrow({ clientType: 'cli' })).toThrow(isRefused);
    expect(() => agent.narrow({ clientType: 'agent', taskspaceIds: ['ts-2'] })).toThrow(isRefused);
  });

  it('gives an agent that names no taskspace none', () => {
    expect(owner.narrow({ clientType: 'agent' }).taskspaces).toEqual(new Set());
    expect(owner.narrow({ clientType: 'symposium_app' }).taskspaces).toBe('all');
  });

  it('leaves the taskspaces and scopes of a token', () => {
    const agent = createIdentity({ ...agentGrant, publish: ['team.>'] }).narrow({ clientType: 'agent' });
    expect([agent.taskspaces, agent.mayPublish('other.x')]).toEqual([new Set(['ts-1']), false]);
  });

  it.each<[Grant['role'], Grant['role']]>([
    ['agent', 'ide'],
    ['ide', 'agent'],
    ['agent', 'symposium_app'],
    ['ide', 'cli'],
  ])('does not make of type %s one of type %s', (role, clientType) => {
    expect(() => createIdentity({ ...agentGrant, role }).narrow({ clientType })).toThrow(isRefused);
  });

  it('does not make the socket of one agent that of the owner', () => {
    expect(createIdentity({ ...agentGrant, tokenId: null }).isOwner).toBe(false);
  });
});
