import { CancelPayload, LaggedPayload, ServerClosingPayload } from '../control.ts';
import { ErrorPayload, ResponsePayload } from '../envelope.ts';
import { everyClient, type MessageType } from '../message-type.ts';

const notice = { isDurable: false, taskspaceField: null, data: null } as const;

/** What belongs to a connection or to another message, and is passed on to nobody. */
export const linkMessages = {
  response: {
    ...notice,
    description: 'Answers the message whose `id` it has (symposium-ipc, section 2.1).',
    direction: 'daemon, responder → sender of the request',
    senders: [...everyClient, 'daemon'],
    payload: ResponsePayload,
    example: { payload: { status: 'success', data: { taskspace_id: 'ts-1', dev_port: 10_001 } } },
  },
  error: {
    ...notice,
    description: 'Something went wrong that belongs to no request (symposium-ipc, section 2.2).',
    direction: 'daemon → client',
    senders: ['daemon'],
    payload: ErrorPayload,
    example: {
      payload: {
        error_code: 'RATE_LIMIT_EXCEEDED',
        error_message: 'More than 1000 messages in a second.',
        original_message_id: 'msg-17',
        retry_after: 1000,
      },
    },
  },
  cancel: {
    ...notice,
    description: 'Nobody waits for this request any longer; not answered itself. An addition to the document.',
    direction: 'client → daemon',
    senders: everyClient,
    payload: CancelPayload,
    example: { payload: { request_id: 'msg-17' } },
  },
  lagged: {
    ...notice,
    description: 'The client read too slowly, and messages were left out. An addition to the document.',
    direction: 'daemon → client',
    senders: ['daemon'],
    payload: LaggedPayload,
    example: { payload: { subject: 'team.build.done', dropped: 12 } },
  },
  server_closing: {
    ...notice,
    description: 'The daemon ends in order; nothing follows. An addition to the document.',
    direction: 'daemon → all',
    senders: ['daemon'],
    payload: ServerClosingPayload,
    example: { payload: { reason: 'shutdown' } },
  },
} as const satisfies Readonly<Record<string, MessageType>>;
