import * as z from 'zod/mini';
import { ClientType } from '../client-type.ts';
import { count, field, freeText, isoTime, shortText } from '../field.ts';
import { everyClient, type MessageType } from '../message-type.ts';
import { taskspaceId } from './taskspace.ts';

const clientId = shortText('the client, as the daemon named it');
const clientType = field(ClientType, 'what the client is');
const capabilities = field(
  z.array(z.string()),
  'what the client can do: `taskspace_management`, `progress_display`, `user_interaction`, or others',
);

/** `client_register` (symposium-ipc, section 3). It can only narrow what the credential allows. */
const ClientRegisterPayload = z.looseObject({
  client_type: clientType,
  capabilities: z.optional(capabilities),
  subscriptions: z.optional(field(z.array(z.string()), 'patterns to subscribe to at once, as in `subscribe`')),
  taskspace_id: z.optional(field(taskspaceId, 'the one taskspace that the client limits itself to')),
  taskspace_ids: z.optional(field(z.array(taskspaceId), 'the same for several: a daemon speaks for all of its agents')),
});

const ClientRegisterData = z.looseObject({
  client_id: clientId,
  client_type: clientType,
  heartbeat_interval_ms: z.optional(count('how often the daemon wants to hear of the client')),
  heartbeat_timeout_ms: z.optional(count('the silence after which it gives the client up')),
});

/** `heartbeat`: the fields are the document's; ours may leave them out. */
const HeartbeatPayload = z.looseObject({
  client_id: z.optional(clientId),
  uptime: z.optional(field(z.number().check(z.gte(0)), 'seconds since the client connected')),
  status: z.optional(freeText('how the sender is, in its own words')),
});

/** `client_connected`. */
const ClientConnectedPayload = z.looseObject({
  client_id: clientId,
  client_type: clientType,
  connected_at: isoTime('when it registered'),
});

/** `client_disconnected`. */
const ClientDisconnectedPayload = z.looseObject({
  client_id: clientId,
  disconnect_reason: field(
    z.enum(['connection_lost', 'client_shutdown', 'daemon_shutdown']),
    'whose wish it was; `connection_lost`: nobody’s',
  ),
  uptime: field(z.number().check(z.gte(0)), 'seconds that it was connected'),
});

/** Answer to `client_list`. */
const ClientListData = z.looseObject({
  clients: field(
    z.array(
      z.looseObject({
        client_id: clientId,
        client_type: clientType,
        capabilities,
        connected_at: isoTime('when it registered'),
        taskspace_id: z.optional(taskspaceId),
      }),
    ),
    'who is connected and registered now',
  ),
});

export const clientMessages = {
  client_register: {
    description: 'Says what the client is. It can only narrow the rights that come with its credential.',
    direction: 'client → daemon',
    senders: everyClient,
    isDurable: false,
    taskspaceField: 'taskspace_id',
    payload: ClientRegisterPayload,
    data: ClientRegisterData,
    example: {
      payload: {
        client_type: 'symposium_app',
        capabilities: ['taskspace_management', 'progress_display', 'user_interaction'],
        subscriptions: ['buffer_*', 'system_status'],
      },
      data: { client_id: 'symposium_app_001', client_type: 'symposium_app' },
    },
  },
  client_list: {
    description: 'Who is there. An addition to the document.',
    direction: 'client → daemon',
    senders: everyClient,
    isDurable: false,
    taskspaceField: null,
    payload: z.looseObject({}),
    data: ClientListData,
    example: {
      payload: {},
      data: {
        clients: [
          {
            client_id: 'agent_abc123',
            client_type: 'agent',
            capabilities: ['user_interaction'],
            connected_at: '2026-01-01T09:00:00.000Z',
            taskspace_id: 'ts-1',
          },
        ],
      },
    },
  },
  heartbeat: {
    description: 'A sign of life. One from a client is answered; one from the daemon is not.',
    direction: 'client ↔ daemon',
    senders: [...everyClient, 'daemon'],
    isDurable: false,
    taskspaceField: null,
    payload: HeartbeatPayload,
    data: z.looseObject({}),
    example: { payload: { client_id: 'agent_abc123', uptime: 3600, status: 'healthy' }, data: {} },
  },
  client_connected: {
    description: 'A client registered.',
    direction: 'daemon → all',
    senders: ['daemon'],
    isDurable: false,
    taskspaceField: null,
    payload: ClientConnectedPayload,
    data: null,
    example: {
      payload: { client_id: 'agent_abc123', client_type: 'agent', connected_at: '2026-01-01T09:00:00Z' },
    },
  },
  client_disconnected: {
    description: 'A client that had registered is gone.',
    direction: 'daemon → all',
    senders: ['daemon'],
    isDurable: false,
    taskspaceField: null,
    payload: ClientDisconnectedPayload,
    data: null,
    example: { payload: { client_id: 'agent_abc123', disconnect_reason: 'connection_lost', uptime: 3600 } },
  },
} as const satisfies Readonly<Record<string, MessageType>>;
