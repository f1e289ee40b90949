import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import type { Dial } from '../client/dial.ts';
import { IpcClient, type IpcClientOptions } from '../client/ipc-client.ts';
import { IpcServer, type IpcServerOptions } from '../server/ipc-server.ts';
import { createLinkedPair } from './linked-pair.ts';

/** How the tests reach a server. */
export type Carrier = 'binary' | 'json-lines' | 'memory';

export const carriers: readonly Carrier[] = ['binary', 'json-lines', 'memory'];

/** A path in a directory of its own that goes with the test. */
export async function makeSocketPath(): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'ipc-'));
  onTestFinished(() => rm(directory, { recursive: true, force: true }));
  return join(directory, 'hub.sock');
}

/** One server of the test, and clients of it; all end with the test. */
export interface TestServer {
  readonly server: IpcServer;
  readonly socketPath: string;
  readonly connect: (options?: Partial<IpcClientOptions>) => Promise<IpcClient>;
}

export async function openServer(carrier: Carrier, options: IpcServerOptions): Promise<TestServer> {
  const socketPath = await makeSocketPath();
  const server = carrier === 'memory' ? new IpcServer(options) : await IpcServer.listen({ socketPath, ...options });
  onTestFinished(() => server.close());
  const reach = carrier === 'memory' ? { dial: createMemoryDial(server) } : { encoding: carrier };
  return {
    server,
    socketPath,
    async connect(more = {}) {
      const client = await IpcClient.connect({ socketPath, ...reach, ...more });
      onTestFinished(() => client[Symbol.asyncDispose]());
      return client;
    },
  };
}

function createMemoryDial(server: IpcServer): Dial {
  return async () => {
    const [near, far] = createLinkedPair();
    server.addLink(far);
    return near;
  };
}
