import { readFileSync } from 'node:fs';
import { Activity, AgentHandle, AgentId } from '@swarm-tui/core';
import { AgentRecord, Explanation, GitFigures, QueuedMessage } from '../src/protocol/agent-record.ts';
import { FleetChange, FleetDelta, FleetSnapshot, RuntimeRecord } from '../src/protocol/fleet-delta.ts';
import { FleetEvent, FleetEventBody } from '../src/protocol/fleet-event.ts';
import { hubErrorCodes } from '../src/protocol/hub-error.ts';
import { HUB_PROTOCOL, HubStatus, hubRequests, Loss } from '../src/protocol/requests.ts';
import { OutputChunk, ScreenFrame } from '../src/protocol/screen-frame.ts';
import { createDescriber } from './describe-schema.ts';

const named = {
  AgentId,
  Activity,
  AgentRecord,
  AgentHandle,
  Explanation,
  FleetChange,
  FleetDelta,
  FleetEvent,
  FleetEventBody,
  FleetSnapshot,
  GitFigures,
  HubStatus,
  Loss,
  OutputChunk,
  QueuedMessage,
  RuntimeRecord,
  ScreenFrame,
};

/** Payload of each subject, and what a subscriber should know. */
const published = [
  [
    'fleet.delta',
    'FleetDelta',
    'Changes of the fleet. Subscribe first, ask `fleet.snapshot` then, and apply only deltas with a higher `seq`; ask again after a gap or a `lagged` message.',
  ],
  [
    'fleet.event',
    'FleetEvent',
    'Each event as soon as it is on the disk. `seq` has no gaps: what was missed is in `fleet.events`.',
  ],
  [
    'agent.<id>.screen',
    'ScreenFrame',
    'The live screen, at most 30 times a second, while somebody subscribes. The first frame comes from `agent.capture`.',
  ],
  ['agent.<id>.output', 'OutputChunk', 'What the agent writes, as it writes it. Only over the binary encoding.'],
] as const;

/** The page `docs/protocols/hub.md`, made of the schemas and the comments beside them. */
export function renderHubPage(): string {
  const describe = createDescriber(named);
  const comments = readComments();
  const requests = Object.entries(hubRequests).flatMap(([name, { params, result }]) => [
    `### \`${name}\``,
    comments.get(name) ?? '',
    code(`params: ${describe(params, 'input')}`, `result: ${nameOf(result) ?? describe(result, 'output')}`),
  ]);
  const subjects = published.flatMap(([subject, type, text]) => [
    `### \`${subject}\``,
    `Payload: \`${type}\`. ${text}`,
  ]);
  const types = Object.entries(named).flatMap(([name, schema]) => [
    `### ${name}`,
    code(`type ${name} = ${describe(schema, 'output')}`),
  ]);
  const codes = hubErrorCodes.map((error) => `\`${error}\``).join(', ');
  const parts = [
    ...intro,
    '## Requests',
    ...requests,
    '## Subjects',
    ...subjects,
    '## Errors',
    `An error has a \`code\`, a sentence, and where the person can act a \`hint\`. Codes: ${codes}. With \`runtime-failed\`, \`reason\` holds the code of the runtime.`,
    '## Types',
    ...types,
  ];
  return `${parts.filter((part) => part !== '').join('\n\n')}\n`;
}

const intro = [
  '# The hub protocol',
  '<!-- Generated from packages/hub/src/protocol by `node packages/hub/scripts/docs-hub.ts`. Do not edit. -->',
  `Version ${HUB_PROTOCOL}. Requests and subjects of the hub, over the wire of [ipc.md](ipc.md): a request is an envelope whose \`type\` is the name below and whose \`payload\` is \`params\`; the answer's data is \`result\`. All times are milliseconds since the epoch.`,
  'The hub answers on `$XDG_RUNTIME_DIR/swarm-tui/hub.sock`, or on `hub.sock` in its state directory when there is no runtime directory. By hand:',
  `\`\`\`sh\necho '{"type":"hub.status","id":"1","payload":{}}' | socat - UNIX-CONNECT:$XDG_RUNTIME_DIR/swarm-tui/hub.sock\n\`\`\``,
  'A client first asks `hub.status`: it stops a hub that is older than itself and starts its own, and refuses one with a higher `protocol`.',
];

function nameOf(schema: unknown): string | undefined {
  return Object.entries(named).find(([, known]) => known === schema)?.[0];
}

function code(...lines: readonly string[]): string {
  return `\`\`\`ts\n${lines.join('\n')}\n\`\`\``;
}

/** The one-line comment above each request in the source. */
function readComments(): ReadonlyMap<string, string> {
  const source = readFileSync(new URL('../src/protocol/requests.ts', import.meta.url), 'utf8');
  const found = source.matchAll(/\/\*\* (.*?) \*\/\n {2}'([a-z.-]+)': request/g);
  return new Map([...found].map(([, text = '', name = '']) => [name, text]));
}
