// One bus in a process of its own: `node bus-server.ts ours|ws|socket.io`. Prints its address, ends with its parent.
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AccessControl, IpcDaemon, TokenStore } from '@swarm-tui/ipc';
import { Server } from 'socket.io';
import { type WebSocket, WebSocketServer } from 'ws';

async function startOurs(): Promise<string> {
  const directory = mkdtempSync(join(tmpdir(), 'bench-bus-'));
  process.on('exit', () => rmSync(directory, { recursive: true, force: true }));
  const tokens = await TokenStore.open({ directory: join(directory, 'tokens') });
  const { token } = await tokens.create({ name: 'bench', role: 'cli' });
  // Everything is on; only the number of clients is above the default of 100.
  const { port } = await IpcDaemon.listen({
    tcp: { port: 0, tls: 'plain-on-loopback' },
    access: new AccessControl({ tokens }),
    store: { directory: join(directory, 'store') },
    limits: { clients: 200 },
  });
  return `${port} ${token}`;
}

/** What one writes in an afternoon: looks at the subject and sends each message on to each subscriber. */
async function startRelay(): Promise<string> {
  const subscribers = new Map<string, Set<WebSocket>>();
  const server = new WebSocketServer({ host: '127.0.0.1', port: 0, perMessageDeflate: false });
  server.on('connection', (socket) => {
    socket.on('message', (data: Buffer) => {
      const message = JSON.parse(data.toString());
      if (message.subscribe !== undefined) {
        const known = subscribers.get(message.subscribe) ?? new Set();
        subscribers.set(message.subscribe, known.add(socket));
      } else {
        for (const subscriber of subscribers.get(message.subject) ?? []) subscriber.send(JSON.stringify(message));
      }
    });
  });
  await new Promise((resolve) => server.once('listening', resolve));
  return `ws://127.0.0.1:${portOf(server.address())}`;
}

async function startSocketIo(): Promise<string> {
  const http = createServer();
  const server = new Server(http, { transports: ['websocket'], perMessageDeflate: false });
  server.on('connection', (socket) => {
    socket.on('subscribe', async (subject: string, done: () => void) => {
      await socket.join(subject);
      done();
    });
    socket.on('publish', (subject: string, body: Buffer) => server.to(subject).emit(subject, body));
  });
  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${portOf(http.address())}`;
}

function portOf(address: ReturnType<ReturnType<typeof createServer>['address']>): number {
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
}

const servers: Readonly<Record<string, () => Promise<string>>> = {
  ours: startOurs,
  ws: startRelay,
  'socket.io': startSocketIo,
};
const start = servers[process.argv[2] ?? ''];
if (!start) throw new Error('ours, ws or socket.io');
console.log(await start());
process.on('disconnect', () => process.exit());
process.on('SIGTERM', () => process.exit());
