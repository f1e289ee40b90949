import { connect, createServer, type Socket } from 'node:net';
import { join } from 'node:path';
import { createUnixDial, defaultLimits, IpcDaemon, type ListenDaemonOptions, type ParentOptions } from '@swarm-tui/ipc';
import { expect, onTestFinished, vi } from 'vitest';
import { createDirectory, RawPeer } from './daemon-world.ts';

export const wait = { timeout: 40_000, interval: 20 };
export const reconnect = { initialMs: 10, maxMs: 100 };

/** A daemon of the test that can end and come back with what it kept. */
export class Node {
  readonly socketPath: string;
  readonly #store: string;
  readonly #options: Partial<ListenDaemonOptions>;
  #daemon: IpcDaemon | undefined;

  constructor(directory: string, name: string, options: Partial<ListenDaemonOptions> = {}) {
    this.socketPath = join(directory, `${name}.sock`);
    this.#store = join(directory, name);
    this.#options = options;
    onTestFinished(() => this.#daemon?.close());
  }

  get storeDirectory(): string {
    return this.#store;
  }

  get daemon(): IpcDaemon {
    if (!this.#daemon) throw new Error('not started');
    return this.#daemon;
  }

  async start(more: Partial<ListenDaemonOptions> = {}): Promise<IpcDaemon> {
    const options = { ...this.#options, ...more };
    const store = { directory: this.#store, ...options.store };
    this.#daemon = await IpcDaemon.listen({ socketPath: this.socketPath, ...options, store });
    return this.#daemon;
  }

  async stop(): Promise<void> {
    await this.#daemon?.close();
  }
}

export interface Pair {
  readonly parent: Node;
  readonly child: Node;
  /** As the parent of `child`. */
  readonly toParent: (more?: Partial<ParentOptions>) => ParentOptions;
}

export async function createPair(parentOptions: Partial<ListenDaemonOptions> = {}): Promise<Pair> {
  const directory = await createDirectory();
  const parent = new Node(directory, 'parent', parentOptions);
  const dial = createUnixDial(parent.socketPath, 'binary', defaultLimits);
  return {
    parent,
    child: new Node(directory, 'child'),
    toParent: (more = {}) => ({ dial, taskspaces: ['ts-1'], reconnect, ...more }),
  };
}

/** Says durable messages `from` to `to` - 1 on `buffer.<stream>.n`, each when the one before has its receipt. */
export async function publish(peer: RawPeer, stream: string, [from, to]: readonly [number, number]): Promise<void> {
  for (let number = from; number < to; number++) {
    const answer = await peer.ask(`buffer.${stream}.n`, number, { id: `${stream}-${number}` });
    expect(answer.status).toBe('success');
  }
}

/** What a daemon has in a stream, read as a durable consumer, when there are so many. */
export async function readStream(socketPath: string, stream: string, count: number): Promise<readonly string[]> {
  const peer = await RawPeer.connect(socketPath, 'binary');
  await peer.ask('subscribe', { subjects: ['>', 'buffer_*'], durable: `check-${Math.random()}`, stream, start: 'all' });
  const ids = (): string[] => peer.heard.filter((envelope) => envelope.stream === stream).map(({ id }) => id);
  await vi.waitFor(() => expect(ids().length).toBeGreaterThanOrEqual(count), wait);
  await peer.ask('heartbeat');
  peer.link.destroy('read');
  return ids();
}

export function numbered(stream: string, count: number): readonly string[] {
  return Array.from({ length: count }, (_, index) => `${stream}-${index}`);
}

/** What `system_status` says of the parent. */
export async function readParentStatus(peer: RawPeer): Promise<Record<string, unknown>> {
  const { data } = await peer.ask('status_request');
  return Object(Reflect.get(Object(data), 'parent'));
}

/** A way to a socket that ends after so many bytes in both directions together; the last piece is cut in two. */
export class ByteCutter {
  readonly socketPath: string;
  /** For the next connections. */
  bytes = Number.POSITIVE_INFINITY;
  /** Connections that were cut. */
  cuts = 0;

  constructor(socketPath: string) {
    this.socketPath = socketPath;
  }

  async start(target: string): Promise<this> {
    const server = createServer((near) => this.#join(near, connect(target)));
    const listening = Promise.withResolvers<void>();
    server.listen(this.socketPath, listening.resolve);
    await listening.promise;
    onTestFinished(() => void server.close());
    return this;
  }

  #join(near: Socket, far: Socket): void {
    let left = this.bytes;
    const both = [near, far] as const;
    const cut = (): void => {
      for (const socket of both) socket.destroy();
    };
    for (const [from, to] of [both, [far, near] as const]) {
      from.on('error', cut).on('close', cut);
      from.on('data', (chunk: Buffer) => {
        to.write(chunk.subarray(0, left));
        left -= chunk.length;
        if (left > 0) return;
        this.cuts++;
        // What was written goes out first.
        for (const socket of both) socket.end();
        setImmediate(cut);
      });
    }
  }
}
