// What the fuzzer attacks, in a process of its own: answers `measure` with what it holds after a garbage collection.
import { setTimeout as sleep } from 'node:timers/promises';
import { IpcDaemon, IpcServer } from '@swarm-tui/ipc';

const [kind = '', directory = ''] = process.argv.slice(2);
const socketPath = `${directory}/fuzz.sock`;
const limits = { frameBytes: 256 * 1024, handshakeMs: 2000, clients: 1000 };
const target =
  kind === 'server'
    ? await listen()
    : await IpcDaemon.listen({
        socketPath,
        limits,
        store: { directory: `${directory}/store`, limits: { totalBytes: 400_000, messagesPerStream: 200 } },
        onLeave: () => undefined,
      });

async function listen(): Promise<IpcServer> {
  const server = await IpcServer.listen({
    socketPath,
    limits,
    handle: async ({ type, payload }) => {
      if (type === 'say') server.publish('witness.heard', payload);
      return payload;
    },
  });
  return server;
}

process.on('message', () => void measure());

async function measure(): Promise<void> {
  for (let round = 0; round < 3; round++) {
    globalThis.gc?.();
    await sleep(20);
  }
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  process.send?.({ bytes: heapUsed + arrayBuffers, clients: target.clientCount });
}
process.send?.('ready');
