import { hubRequests } from '@swarm-tui/hub/client';
import * as z from 'zod';
import { JsonAgent } from './json-agent.ts';

const Time = z.iso.datetime();
const { shape: fleet } = hubRequests['fleet.snapshot'].result;
const { result: Message } = hubRequests['agent.send'];
const { result: Status } = hubRequests['hub.status'];
const Failure = z.object({ code: z.string(), message: z.string(), hint: z.string().nullable() });
const Level = z.enum(['ok', 'warn', 'fail', 'note']);
const Finding = z.object({ level: Level, topic: z.string(), text: z.string(), fixable: z.boolean() });

const Receipt = z.object({ stream: z.string(), seq: z.number(), duplicate: z.boolean() });
const BusMessage = z.looseObject({ type: z.string(), id: z.string(), payload: z.unknown() });
const TokenInfo = z.object({
  id: z.string(),
  name: z.string(),
  role: z.enum(['symposium_app', 'agent', 'ide', 'cli']),
  taskspaces: z.union([z.literal('all'), z.array(z.string())]),
  publish: z.array(z.string()),
  subscribe: z.array(z.string()),
  created_at: z.string(),
  expires_at: z.string().nullable(),
});

interface JsonKind {
  /** The commands that print it. */
  readonly from: readonly string[];
  /** What stands beside `version` and `kind`. */
  readonly schema: z.ZodObject;
  readonly note?: string;
}

/** Every document of `--json` by its `kind`, for docs/cli.md and docs/protocols/cli.schema.json; tests hold the program to it. */
export const jsonKinds: Readonly<Record<string, JsonKind>> = {
  agents: {
    from: ['ls', 'kill', 'demo'],
    schema: z.object({ agents: z.array(JsonAgent), runtimes: fleet.runtimes.optional() }),
    note: '`runtimes` from `ls` alone',
  },
  agent: { from: ['spawn', 'restart', 'rename'], schema: z.object({ agent: JsonAgent }) },
  done: {
    from: ['keys', 'interrupt'],
    schema: z.object({ id: z.string(), name: z.string() }),
    note: 'the agent it was done to',
  },
  message: { from: ['send'], schema: z.object({ message: Message.extend({ at: Time }) }) },
  wait: { from: ['wait'], schema: z.object({ matched: z.boolean(), agent: JsonAgent }) },
  screen: { from: ['capture'], schema: z.object({ name: z.string(), screen: hubRequests['agent.capture'].result }) },
  logs: { from: ['logs'], schema: z.object({ name: z.string(), lines: z.array(z.string()) }), note: 'the past' },
  output: {
    from: ['logs --follow'],
    schema: z.object({ name: z.string(), text: z.string() }),
    note: 'what is written from then on',
  },
  explanation: {
    from: ['explain'],
    schema: z.object({ explanation: hubRequests['agent.explain'].result }),
    note: 'as the hub has it',
  },
  event: {
    from: ['events'],
    schema: z.looseObject({
      seq: z.number(),
      at: Time,
      type: z.string(),
      id: z.string().optional(),
      state: z.string().optional(),
      reason: z.string().nullable().optional(),
    }),
    note: 'and the event’s own fields, as the hub logs them ([hub protocol](protocols/hub.md))',
  },
  hub: {
    from: ['hub status', 'hub stop'],
    schema: z.object({ hub: Status.extend({ startedAt: Time }).optional(), stopped: z.literal(true).optional() }),
    note: '`hub` from `hub status`, `stopped` from `hub stop`',
  },
  doctor: {
    from: ['doctor'],
    schema: z.object({ findings: z.array(Finding), repairs: z.array(z.string()) }),
  },
  'ipc-published': {
    from: ['ipc pub'],
    schema: z.object({ messages: z.number(), receipts: z.array(Receipt) }),
    note: 'a receipt for each durable message',
  },
  'ipc-message': { from: ['ipc sub', 'ipc replay'], schema: z.object({ message: BusMessage }), note: 'one a line' },
  'ipc-answer': { from: ['ipc request'], schema: z.object({ data: z.unknown() }) },
  'ipc-replayed': { from: ['ipc replay'], schema: z.object({ replayTimestamp: z.string() }), note: 'the last line' },
  'ipc-acknowledged': {
    from: ['ipc ack'],
    schema: z.object({ acknowledged: z.number().optional(), seq: z.number().optional() }),
    note: 'how many messages; with `--durable` where the consumer is',
  },
  'ipc-status': {
    from: ['ipc stat'],
    schema: z.object({ status: z.looseObject({}), clients: z.array(z.looseObject({ client_id: z.string() })) }),
    note: 'as [`status_request` and `client_list`](protocols/ipc-messages.md) answer',
  },
  'ipc-token': {
    from: ['ipc tokens create'],
    schema: z.object({ token: z.string(), info: TokenInfo }),
    note: 'the only time that the token is shown',
  },
  'ipc-tokens': { from: ['ipc tokens list'], schema: z.object({ tokens: z.array(TokenInfo) }) },
  'ipc-revoked': { from: ['ipc tokens revoke'], schema: z.object({ id: z.string() }) },
  error: {
    from: ['every command that fails'],
    schema: z.object({ name: z.string().optional(), error: Failure }),
    note: 'of several agents one for each that failed, with its `name`',
  },
};

/** One document with its frame, as `--json` prints it on a line. */
export function documentSchema(kind: string): z.ZodObject {
  const { schema } = jsonKinds[kind] ?? { schema: z.never() };
  if (!(schema instanceof z.ZodObject)) throw new TypeError(`no kind "${kind}"`);
  return schema.extend({ version: z.literal(1), kind: z.literal(kind) });
}
