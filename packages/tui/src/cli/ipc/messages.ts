import {
  type ClientPublishOptions,
  type ClientSubscribeOptions,
  type DaemonClient,
  IpcError,
  isDurableType,
  isMessageType,
  isSubject,
  type MessageTypeName,
  readMessage,
  type Receipt,
  unknownType,
} from '@swarm-tui/ipc';
import type { CliContext } from '../cli-context.ts';
import { formatJson } from '../output/json.ts';
import { formatMessage, type IpcAccess, openClient } from './open-client.ts';

const MAX_PAYLOAD_BYTES = 16 * 1024 * 1024;

interface Publication {
  readonly subject: string;
  readonly payloads: readonly unknown[];
  readonly to: string | undefined;
  readonly id: string | undefined;
  readonly timeoutMs: number;
}

/** `ipc pub` */
export async function publish(context: CliContext, access: IpcAccess, publication: Publication): Promise<void> {
  const { subject, payloads, to, id, timeoutMs } = publication;
  await using client = await openClient(context, access);
  const refusals: IpcError[] = [];
  client.onRefused(({ error_code: code, error_message: message }) => {
    refusals.push(new IpcError('refused', message, { remote: { code } }));
  });
  const signal = AbortSignal.any([context.signal, AbortSignal.timeout(timeoutMs)]);
  const options = { to, id, signal };
  const receipts = await Promise.all(payloads.map((payload) => send(client, subject, { payload, options })));
  // Whatever was refused is told before this is answered.
  await client.request('heartbeat', {}, { signal });
  const [refusal] = refusals;
  if (refusal) throw refusal;
  const kept = receipts.filter((receipt) => receipt !== null);
  if (access.json) return context.write(formatJson('ipc-published', { messages: payloads.length, receipts: kept }));
  const lines = kept.map(({ stream, seq, duplicate }) => `${stream} ${seq}${duplicate ? ' duplicate' : ''}\n`);
  return context.write(lines.join(''));
}

async function send(
  client: DaemonClient,
  type: string,
  { payload, options }: { readonly payload: unknown; readonly options: ClientPublishOptions },
): Promise<Receipt | null> {
  if (isDurableSubject(type)) return client.publishDurable(type, payload, options);
  if (isSubject(type)) return client.publish(type, payload, options).then(() => null);
  const envelope = { type, payload, id: 'check' };
  if (!isMessageType(type)) throw unknownType(type);
  const checked = readMessage({ ...envelope, type }, MAX_PAYLOAD_BYTES);
  if (isDurableName(type)) return client.publishDurable(type, checked, options);
  return client.publish(type, checked, options).then(() => null);
}

function isDurableSubject(type: string): type is `buffer.${string}.${string}` {
  return type.startsWith('buffer.');
}

function isDurableName(type: MessageTypeName): type is MessageTypeName & `buffer_${string}` {
  return isDurableType(type);
}

interface Wanted extends Pick<ClientSubscribeOptions, 'queue' | 'durable' | 'stream' | 'start'> {
  readonly patterns: readonly string[];
  readonly count: number | undefined;
}

/** `ipc sub` */
export async function subscribe(context: CliContext, access: IpcAccess, wanted: Wanted): Promise<void> {
  const { patterns, count = Number.POSITIVE_INFINITY, ...options } = wanted;
  await using client = await openClient(context, access);
  client.onLagged(({ subject, dropped }) => context.writeError(`${dropped} messages of ${subject} were left out\n`));
  await using messages = client.subscribe(patterns, options);
  const stop = (): void => void messages[Symbol.asyncDispose]();
  context.signal.addEventListener('abort', stop, { once: true });
  try {
    await messages.ready;
    let printed = 0;
    while (printed < count) {
      const { done, value } = await messages.next();
      if (done === true) return;
      await context.write(formatMessage(value, access.json));
      messages.acknowledge();
      printed++;
    }
  } finally {
    context.signal.removeEventListener('abort', stop);
  }
}
