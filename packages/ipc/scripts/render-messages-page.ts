import { Envelope } from '../src/protocol/envelope.ts';
import type { MessageType } from '../src/protocol/message-type.ts';
import { messageTypes } from '../src/protocol/message-types.ts';
import { wireCodes } from '../src/protocol/wire-codes.ts';
import { type JsonSchema, toJsonSchema } from './render-messages-schema.ts';

/** The page `docs/protocols/ipc-messages.md`, made of the registry and the schemas. */
export function renderMessagesPage(): string {
  const types = Object.entries<MessageType>(messageTypes);
  const parts = [
    ...intro,
    '## Envelope',
    table(['field', 'required', 'type', 'meaning'], rows(toJsonSchema(Envelope))),
    'Unknown fields are kept and passed on. The fields beside the payload have 4096 bytes of MessagePack at most, and nest 16 deep at most.',
    '## Types',
    table(
      ['type', 'direction', 'who may send it', 'durable'],
      types.map(([name, type]) => [
        `[\`${name}\`](#${name})`,
        type.direction,
        senders(type),
        type.isDurable ? 'yes' : '',
      ]),
    ),
    ...types.flatMap(([name, type]) => renderType(name, type)),
    '## Codes',
    table(
      ['`error_code`', 'what to do'],
      Object.entries(wireCodes).map(([code, hint]) => [`\`${code}\``, hint]),
    ),
  ];
  return `${parts.filter((part) => part !== '').join('\n\n')}\n`;
}

const intro = [
  '# The messages of the IPC protocol',
  '<!-- Generated from packages/ipc/src/protocol by `node packages/ipc/scripts/docs-ipc.ts`. Do not edit. -->',
  'What may be said over the wire of [ipc.md](ipc.md). The same as JSON Schema, for a JSON line: [ipc-messages.schema.json](ipc-messages.schema.json).',
  'A `type` without a dot is one of the types below; any other is refused with `MESSAGE_FORMAT_INVALID`. A `type` with dots, such as `team.build.done`, is a subject of an application: its tokens hold no white space, `*` or `>`, and its payload is anything. Patterns of subscriptions match whole tokens: `*` is one token, `>` at the end is one or more, and `prefix*` as the last token is one that begins so. `buffer_*` is thus every durable type.',
  'Durable messages are on disk before they are answered with their receipt, `{stream, seq, duplicate}`, and are kept until they are acknowledged: the types marked below, whose stream is their `taskspace_id`, and subjects that begin with `buffer.`, whose stream is their second token.',
];

function renderType(name: string, type: MessageType): readonly string[] {
  const { payload, data } = type.example;
  return [
    `### ${name}`,
    `${type.description} From ${senders(type)}.${type.isDurable ? ' Durable.' : ''}`,
    table(['payload', 'required', 'type', 'meaning'], rows(toJsonSchema(type.payload))),
    ...(type.data === null
      ? []
      : [table(['data of the answer', 'required', 'type', 'meaning'], rows(toJsonSchema(type.data)))]),
    code(
      { type: name, id: 'msg-1', payload },
      ...(data === undefined ? [] : [{ type: 'response', id: 'msg-1', payload: { status: 'success', data } }]),
    ),
  ];
}

function senders({ senders: all }: MessageType): string {
  return all.map((sender) => `\`${sender}\``).join(', ');
}

function code(...messages: readonly unknown[]): string {
  return `\`\`\`json\n${messages.map((message) => JSON.stringify(message)).join('\n')}\n\`\`\``;
}

function table(head: readonly string[], lines: readonly (readonly string[])[]): string {
  if (lines.length === 0) return '';
  return [head, head.map(() => '---'), ...lines].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}

function rows({ properties = {}, required = [] }: JsonSchema, prefix = ''): readonly (readonly string[])[] {
  return Object.entries(properties).flatMap(([name, schema]) => [
    [`\`${prefix}${name}\``, required.includes(name) ? 'yes' : '', typeOf(schema), schema.description ?? ''],
    ...rows(schema.items ?? {}, `${prefix}${name}[].`),
  ]);
}

function typeOf(schema: JsonSchema): string {
  if (schema.enum !== undefined) return schema.enum.map((value) => `\`${String(value)}\``).join(', ');
  if (schema.anyOf !== undefined) return schema.anyOf.map((choice) => typeOf(choice)).join(' or ');
  if (schema.type === 'array') return `list of ${typeOf(schema.items ?? {})}`;
  if (schema.type !== 'object') return schema.type ?? 'any';
  const names = Object.keys(schema.properties ?? {});
  return names.length === 0 ? 'object' : `\`{${names.join(', ')}}\``;
}
