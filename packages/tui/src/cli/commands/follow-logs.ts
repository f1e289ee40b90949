import type { AgentRecord, HubConnection } from '@swarm-tui/hub/client';
import type { CliContext } from '../cli-context.ts';
import { formatJson } from '../output/json.ts';
import { OutputQueue } from '../output/output-queue.ts';
import { plainText } from '../output/plain-text.ts';

interface FollowOptions {
  readonly agent: AgentRecord;
  /** How much of the past comes first; 0 for none. */
  readonly lines: number;
  readonly raw: boolean;
  readonly json: boolean;
}

/** The last lines of an agent's history and screen as plain text. */
export async function readPast(hub: HubConnection, agent: AgentRecord, history: number): Promise<readonly string[]> {
  const frame = await hub.request('agent.capture', { id: agent.id, history, colours: false });
  return frame.lines.join('\n').trimEnd().split('\n').slice(-Math.max(1, history));
}

/** The past as `logs` prints it. */
export function formatPast({ name }: AgentRecord, lines: readonly string[], json: boolean): string {
  return json ? formatJson('logs', { name, lines }) : `${lines.join('\n')}\n`;
}

/**
 * Prints the past, then what the agent writes until it ends or the person does. Subscribes before it reads the past, so
 * that nothing falls between the two, and holds what comes meanwhile until the past is out.
 */
export async function followLogs(context: CliContext, hub: HubConnection, options: FollowOptions): Promise<void> {
  const { agent, lines, json } = options;
  const printer = new LivePrinter(context, options);
  const stop = hub.watchOutput(agent.id, ({ data }) => printer.live(data));
  try {
    const past = lines > 0 ? await readPast(hub, agent, lines) : [];
    if (lines > 0) await context.write(formatPast(agent, past, json));
    printer.caughtUp(past);
    await Promise.race([untilOver(context.signal, hub, agent.id), printer.failed]);
  } finally {
    stop();
  }
  await printer.done();
}

/** How much may come while the past is read; of more, the end is printed. */
const maxHeldBytes = 4 * 1024 * 1024;

class LivePrinter {
  readonly #context: CliContext;
  readonly #options: FollowOptions;
  readonly #plain = plainText();
  readonly #decoder = new TextDecoder();
  readonly #queue: OutputQueue;
  #held: Uint8Array[] | null = [];
  #heldBytes = 0;
  #leftOut = 0;

  constructor(context: CliContext, options: FollowOptions) {
    this.#context = context;
    this.#options = options;
    this.#queue = new OutputQueue(context);
  }

  /** Rejects as soon as something could not be written. */
  get failed(): Promise<never> {
    return this.#queue.failed;
  }

  live(data: Uint8Array): void {
    if (this.#held === null) return this.#print(data);
    // the bytes may be the connection's own, which it uses again
    this.#held.push(data.slice());
    this.#heldBytes += data.length;
    while (this.#heldBytes > maxHeldBytes) {
      const { length } = this.#held.shift() ?? [];
      this.#heldBytes -= length ?? this.#heldBytes;
      this.#leftOut += length ?? 0;
    }
  }

  /** Prints what was held, without what the past has shown already. */
  caughtUp(past: readonly string[]): void {
    const held = this.#held ?? [];
    this.#held = null;
    for (const data of held.slice(countShown(held, past.join('\n')))) this.#print(data);
  }

  done(): Promise<void> {
    return this.#queue.idle();
  }

  #print(data: Uint8Array): void {
    const { agent, raw, json } = this.#options;
    if (raw && !json) return this.#write(data.slice());
    const decoded = this.#decoder.decode(data, { stream: true });
    const text = raw ? decoded : this.#plain(decoded);
    if (text !== '') this.#write(json ? formatJson('output', { name: agent.name, text }) : text);
  }

  #write(piece: string | Uint8Array): void {
    if (this.#queue.isFull) return void (this.#leftOut += piece.length);
    if (this.#leftOut > 0) this.#context.writeError(`${this.#leftOut} bytes were left out: the reader is too slow\n`);
    this.#leftOut = 0;
    this.#queue.offer(piece);
  }
}

/** How many of these pieces, from the first on, are the end of the past: it was read after they had come. */
function countShown(held: readonly Uint8Array[], past: string): number {
  const plain = plainText();
  const decoder = new TextDecoder();
  let text = '';
  let shown = 0;
  for (const [index, data] of held.entries()) {
    text += plain(decoder.decode(data, { stream: true }));
    const said = text.trimEnd();
    if (said !== '' && past.endsWith(said)) shown = index + 1;
    if (said.length > past.length) break;
  }
  return shown;
}

/** Settles when the person ends it, or when the agent has ended and its last output has come. */
async function untilOver(signal: AbortSignal, hub: HubConnection, id: string): Promise<void> {
  const over = Promise.withResolvers<void>();
  const end = () => over.resolve();
  const stop = watchEnd(hub, id, end);
  signal.addEventListener('abort', end, { once: true });
  if (signal.aborted) end();
  try {
    await over.promise;
    // what it wrote last is on its way before this answer
    if (!signal.aborted) await hub.request('hub.status', {}, { signal }).catch(() => undefined);
  } finally {
    stop();
    signal.removeEventListener('abort', end);
  }
}

/** Calls back when the agent has ended or is gone; lasts over a restart of the hub. */
function watchEnd(hub: HubConnection, id: string, end: () => void): () => void {
  const look = (agent: { readonly lifecycle?: AgentRecord['lifecycle'] | undefined } | undefined): void => {
    if (agent === undefined || agent.lifecycle === 'stopped' || agent.lifecycle === 'lost') end();
  };
  return hub.watchFleet({
    snapshot: ({ agents }) => look(agents.find((agent) => agent.id === id)),
    delta: ({ changes }) => {
      for (const change of changes) {
        if (change.type === 'put' && change.agent.id === id) look(change.agent);
        if (change.type === 'patch' && change.id === id) look(change.patch);
        if (change.type === 'remove' && change.id === id) end();
      }
    },
  });
}
