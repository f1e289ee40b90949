import { isMessageType, isSubject, readMessage, unknownType } from '@swarm-tui/ipc';
import type { CliContext } from '../cli-context.ts';
import { formatColumns } from '../output/explanation.ts';
import { formatJson } from '../output/json.ts';
import { formatMessage, formatPayload, type IpcAccess, openClient } from './open-client.ts';

const MAX_PAYLOAD_BYTES = 16 * 1024 * 1024;

interface Question {
  readonly subject: string;
  readonly payload: unknown;
  readonly to: string | undefined;
  readonly timeoutMs: number;
}

/** `ipc request` */
export async function request(context: CliContext, access: IpcAccess, question: Question): Promise<void> {
  const { subject, payload, to, timeoutMs } = question;
  await using client = await openClient(context, access);
  const options = { timeoutMs, signal: context.signal };
  const data = isSubject(subject)
    ? await client.request(subject, payload, { ...options, to })
    : await client.request(...checkType(subject, payload), options);
  await context.write(access.json ? formatJson('ipc-answer', { data: data ?? null }) : `${formatPayload(data)}\n`);
}

function checkType(type: string, payload: unknown) {
  const envelope = { type, payload, id: 'check' };
  if (isMessageType(type)) return [type, readMessage({ ...envelope, type }, MAX_PAYLOAD_BYTES)] as const;
  throw unknownType(type);
}

/** `ipc replay` */
export async function replay(
  context: CliContext,
  access: IpcAccess,
  { stream, since }: { readonly stream: string | undefined; readonly since: string | undefined },
): Promise<void> {
  await using client = await openClient(context, access);
  let next = since;
  for (;;) {
    const range = { ...(stream !== undefined && { taskspace_id: stream }), ...(next !== undefined && { since: next }) };
    const page = await client.request('buffer_replay', range, { signal: context.signal });
    await context.write(page.messages.map((message) => formatMessage(message, access.json)).join(''));
    next = page.replay_timestamp;
    if (page.has_more !== true) break;
  }
  if (access.json) await context.write(formatJson('ipc-replayed', { replayTimestamp: next }));
  else context.writeError(`replayed up to ${next}\n`);
}

type AckTarget =
  | { readonly stream: string; readonly upTo: string }
  | { readonly stream: string; readonly durable: string; readonly seq: number };

/** `ipc ack` */
export async function acknowledge(context: CliContext, access: IpcAccess, target: AckTarget): Promise<void> {
  await using client = await openClient(context, access);
  const { stream } = target;
  if ('upTo' in target) {
    const payload = { taskspace_id: stream, replay_timestamp: target.upTo };
    const { acknowledged } = await client.request('buffer_acknowledge', payload);
    const line = `${acknowledged} messages of ${stream} acknowledged\n`;
    return context.write(access.json ? formatJson('ipc-acknowledged', { acknowledged }) : line);
  }
  const { acked_seq: seq } = await client.request('consumer_ack', { stream, name: target.durable, seq: target.seq });
  return context.write(
    access.json ? formatJson('ipc-acknowledged', { seq }) : `${target.durable} is at ${seq} of ${stream}\n`,
  );
}

/** `ipc stat` */
export async function status(context: CliContext, access: IpcAccess): Promise<void> {
  await using client = await openClient(context, access);
  const [found, { clients }] = await Promise.all([
    client.request('status_request', {}),
    client.request('client_list', {}),
  ]);
  if (access.json) return context.write(formatJson('ipc-status', { status: found, clients }));
  const rows = [
    ['host', `${found.host}, processors ${found.cpu_usage}, memory ${found.memory_usage}`],
    ['connections', String(found.clients ?? clients.length)],
    ...clients.map(({ client_id: id, connected_at: at }) => ['client', `${id} since ${at}`]),
    ...(found.buffers ?? []).map(({ stream, messages, bytes, last_seq: seq, dropped }) => [
      `stream ${stream}`,
      `${messages} messages, ${bytes} bytes, up to ${seq}, ${dropped} dropped`,
    ]),
  ];
  return context.write(`${formatColumns(rows).join('\n')}\n`);
}
