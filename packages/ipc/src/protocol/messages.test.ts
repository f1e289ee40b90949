import { describe, expect, it } from 'vitest';
import { binaryCodec, decodeFrame } from '../codec/binary-codec.ts';
import { decodeLine, jsonCodec } from '../codec/json-codec.ts';
import { compressPayload } from './compressed-payload.ts';
import type { Envelope } from './envelope.ts';
import type { MessageType } from './message-type.ts';
import { findMessageType, messageTypes } from './message-types.ts';
import { readMessage } from './read-message.ts';
import { WireFailure, wireCodes } from './wire-codes.ts';

const MAX_BYTES = 100_000;
const all = Object.entries<MessageType>(messageTypes);
const carriers: readonly (readonly [string, (envelope: Envelope) => Envelope | undefined])[] = [
  ['JSON lines', (envelope) => decodeLine(jsonCodec.encode(envelope).subarray(0, -1))],
  [
    'binary frames',
    (envelope) => {
      const decoded: Envelope[] = [];
      decodeFrame(binaryCodec.encode(envelope), (one) => decoded.push(one));
      return decoded[0];
    },
  ],
];

function failureOf(action: () => unknown): WireFailure {
  try {
    action();
  } catch (thrown) {
    if (thrown instanceof WireFailure) return thrown;
    throw thrown;
  }
  throw new Error('nothing was refused');
}

function read(type: string, payload: unknown): unknown {
  return readMessage({ type, id: '1', payload }, MAX_BYTES);
}

// symposium-ipc.md, section 3, row by row. Values are the ones the document names; `…` of it are ours.
const progress = { taskspace_id: 'ts', message: 'm' };
const documented: readonly (readonly [string, object])[] = [
  ['buffer_taskspace_spawn', { taskspace_id: 'ts', name: 'n', project_repo: 'r' }],
  [
    'buffer_taskspace_spawn',
    {
      taskspace_id: 'ts',
      name: 'n',
      description: 'd',
      project_repo: 'r',
      initial_prompt: 'p',
      agent_type: 'claude-code',
    },
  ],
  ['buffer_taskspace_spawn', { taskspace_id: 'ts', name: 'n', project_repo: 'r', agent_type: 'q-cli' }],
  ['buffer_taskspace_update', { taskspace_id: 'ts' }],
  ['buffer_taskspace_update', { taskspace_id: 'ts', name: 'n', description: 'd' }],
  ...['info', 'warn', 'error', 'milestone', 'question'].map(
    (category) => ['buffer_taskspace_progress', { ...progress, category }] as const,
  ),
  ['buffer_taskspace_progress', { ...progress, category: 'info', progress_percent: 100, details: { any: [1] } }],
  ...['low', 'medium', 'high', 'urgent'].map(
    (priority) => ['buffer_taskspace_signal_user', { ...progress, priority }] as const,
  ),
  ['buffer_taskspace_signal_user', { ...progress, priority: 'low', suggested_actions: ['yes', 'no'] }],
  ...['user_requested', 'timeout', 'error'].map(
    (reason) => ['agent_interrupt', { taskspace_id: 'ts', reason }] as const,
  ),
  ...['tmux_send_keys', 'api_call'].map(
    (inject_method) => ['agent_command', { taskspace_id: 'ts', command: 'c', inject_method }] as const,
  ),
  [
    'system_status',
    { host: 'h', active_taskspaces: 2, memory_usage: '45%', cpu_usage: '12.5%', available_ports: [10_001, 10_002] },
  ],
  ['buffer_replay', {}],
  ['buffer_replay', { taskspace_id: 'ts', since: '2025-09-01T12:00:00Z' }],
  ['buffer_acknowledge', { taskspace_id: 'ts', replay_timestamp: '2025-09-01T12:00:00.000001Z' }],
  ...['symposium_app', 'agent', 'ide', 'cli'].map(
    (client_type) =>
      [
        'client_register',
        {
          client_type,
          capabilities: ['taskspace_management', 'progress_display', 'user_interaction'],
          subscriptions: ['buffer_*', 'system_status'],
        },
      ] as const,
  ),
  ['heartbeat', { client_id: 'agent_abc123', uptime: 3600, status: 'healthy' }],
  [
    'client_connected',
    { client_id: 'symposium_app_001', client_type: 'symposium_app', connected_at: '2025-09-01T12:00:00Z' },
  ],
  ...['connection_lost', 'client_shutdown', 'daemon_shutdown'].map(
    (disconnect_reason) =>
      ['client_disconnected', { client_id: 'agent_abc123', disconnect_reason, uptime: 1.5 }] as const,
  ),
  ...['success', 'error', 'pending'].map((status) => ['response', { status }] as const),
  ['response', { status: 'error', error: 'no room', data: { error_code: 'INSUFFICIENT_RESOURCES' } }],
  ...[
    'TASKSPACE_NOT_FOUND',
    'INSUFFICIENT_RESOURCES',
    'NETWORK_PORT_UNAVAILABLE',
    'AUTHENTICATION_FAILED',
    'MESSAGE_FORMAT_INVALID',
    'RATE_LIMIT_EXCEEDED',
  ].map(
    (error_code) => ['error', { error_code, error_message: 'm', original_message_id: 'x', retry_after: 1000 }] as const,
  ),
];

// The seeds show no whole message: these are the ones that they name, with the values they show (taskspace.md,
// "Communication Patterns"; agent-container.md, "Programmatic Control").
const fromSeeds: readonly (readonly [string, object])[] = [
  ['buffer_taskspace_progress', { taskspace_id: 'abc123', message: 'progress updates', category: 'info' }],
  ['buffer_taskspace_signal_user', { taskspace_id: 'abc123', message: 'management', priority: 'medium' }],
  [
    'agent_command',
    { taskspace_id: 'abc123', command: 'Please analyze the authentication flow', inject_method: 'tmux_send_keys' },
  ],
  [
    'agent_command',
    { taskspace_id: 'abc123', command: "git commit -m 'implement OAuth flow'", inject_method: 'tmux_send_keys' },
  ],
];

describe.each(carriers)('messages over %s', (_carrier, carry) => {
  it.each([...documented, ...fromSeeds])('may be %s of the document: %j', (type, payload) => {
    const arrived = carry({ type, id: 'msg-1', timestamp: '2025-09-01T12:00:00Z', payload });
    expect(arrived && readMessage(arrived, MAX_BYTES)).toEqual(payload);
  });

  it.each(all)('keep what is unknown in %s, in the head and in the payload', (type, { example }) => {
    const payload = { ...Object(example.payload), x_new: { deep: [1, { more: true }] } };
    const sent = { type, id: 'msg-1', payload, x_head: [{ y: 1 }], auth: { token: 't', client_id: 'c' } };
    const arrived = carry(sent);
    expect(arrived).toEqual(sent);
    expect(arrived && readMessage(arrived, MAX_BYTES)).toEqual(payload);
  });

  it.each(all)('may be compressed: %s', (type, { example }) => {
    const arrived = carry(compressPayload({ type, id: 'msg-1', payload: example.payload }));
    expect(arrived && readMessage(arrived, MAX_BYTES)).toEqual(example.payload);
  });
});

describe('a message is refused', () => {
  const required = all.flatMap(([type, { example, payload }]) =>
    Object.keys(Object(example.payload))
      .filter((name) => !payload.safeParse({ ...Object(example.payload), [name]: undefined }).success)
      .map((name) => [type, name] as const),
  );

  it.each(required)('%s without %s, which is named', (type, name) => {
    const { [name]: _left, ...payload } = Object(findMessageType(type)?.example.payload);
    expect(failureOf(() => read(type, payload))).toMatchObject({
      code: 'MESSAGE_FORMAT_INVALID',
      message: expect.stringContaining(`payload.${name}`),
      hint: wireCodes.MESSAGE_FORMAT_INVALID,
    });
  });

  it.each<[string, unknown]>([
    ['buffer_taskspace_progress', { ...progress, category: 'panic' }],
    ['buffer_taskspace_progress', { ...progress, category: 'info', progress_percent: 101 }],
    ['buffer_taskspace_progress', { ...progress, category: 'info', details: 'text' }],
    ['buffer_taskspace_spawn', { taskspace_id: '', name: 'n', project_repo: 'r' }],
    ['buffer_acknowledge', { taskspace_id: 'ts', replay_timestamp: 'yesterday' }],
    ['buffer_replay', 'ts'],
    ['client_register', { client_type: 'root' }],
    ['system_status', { host: 'h', active_taskspaces: 1, memory_usage: 'much', cpu_usage: '1%', available_ports: [] }],
    ['subscribe', { subjects: [] }],
    ['subscribe', { subjects: ['a'], start: 'yesterday' }],
  ])('%s with %j', (type, payload) => {
    expect(failureOf(() => read(type, payload)).code).toBe('MESSAGE_FORMAT_INVALID');
  });

  it.each([
    ['taskspace_progress', /Did you mean buffer_taskspace_progress\?/],
    ['buffer_taskspace_progres', /Did you mean buffer_taskspace_progress/],
    ['agent_comand', /Did you mean agent_command\?/],
    ['Heartbeat', /Did you mean heartbeat\?/],
    ['marco', /^Unknown type "marco"\. A subject/],
    ['constructor', /^Unknown type "constructor"\./],
    ['__proto__', /^Unknown type "__proto__"\./],
    ['x'.repeat(500), /^Unknown type "x{64}…"\./],
  ])('of the unknown type %s, and told what may have been meant', (type, problem) => {
    const failure = failureOf(() => read(type, {}));
    expect(failure).toMatchObject({ code: 'MESSAGE_FORMAT_INVALID', message: expect.stringMatching(problem) });
  });
});

describe('the registry', () => {
  it.each(all)('has an example answer of %s that its schema takes', (_type, { data, example }) => {
    expect(data === null ? example.data : data.safeParse(example.data).success).toBe(data === null ? undefined : true);
  });

  it.each(all)(
    'names the taskspace of %s where the payload may have one, and keeps what begins with buffer_',
    (type, entry) => {
      const isKnown = !entry.payload.safeParse({ ...Object(entry.example.payload), taskspace_id: 7 }).success;
      const isControl = type === 'buffer_replay' || type === 'buffer_acknowledge';
      expect(entry.taskspaceField).toBe(isKnown ? 'taskspace_id' : null);
      expect(entry.isDurable).toBe(type.startsWith('buffer_') && !isControl);
    },
  );

  // symposium-ipc.md, section 5
  it.each<[string, string, boolean]>([
    ['symposium_app', 'buffer_taskspace_spawn', true],
    ['symposium_app', 'buffer_acknowledge', true],
    ['symposium_app', 'system_status', true],
    ['symposium_app', 'agent_command', true],
    ['agent', 'buffer_taskspace_progress', true],
    ['agent', 'buffer_taskspace_signal_user', true],
    ['agent', 'buffer_taskspace_spawn', true],
    ['agent', 'buffer_replay', false],
    ['agent', 'agent_command', false],
    ['agent', 'system_status', false],
    ['ide', 'agent_command', true],
    ['ide', 'agent_interrupt', true],
    ['ide', 'buffer_taskspace_progress', false],
    ['cli', 'buffer_taskspace_update', true],
    ['cli', 'client_connected', false],
  ])('lets %s send %s: %s', (sender, type, isAllowed) => {
    const senders: readonly string[] = findMessageType(type)?.senders ?? [];
    expect(senders.includes(sender)).toBe(isAllowed);
  });
});
