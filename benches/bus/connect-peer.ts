import { connect } from '@nats-io/transport-node';
import { io } from 'socket.io-client';
import { WebSocket } from 'ws';
import { connectOurs } from './connect-ours.ts';
import type { BusKind, Peer } from './peer.ts';

/** Connects the way the users of each bus do. */
export function connectPeer(kind: BusKind, address: string): Promise<Peer> {
  switch (kind) {
    case 'ours':
      return connectOurs(address);
    case 'nats':
      return connectNats(address);
    case 'ws':
      return connectRelay(address);
    case 'socket.io':
      return connectSocketIo(address);
  }
}

async function connectNats(servers: string): Promise<Peer> {
  const connection = await connect({ servers });
  return {
    publish: (subject, body) => connection.publish(subject, body),
    async subscribe(subject, listener) {
      connection.subscribe(subject, { callback: (_error, message) => listener(message.data) });
      await connection.flush();
    },
    request: async (subject, body) => (await connection.request(subject, body, { timeout: 30_000 })).data,
    async serve(subject, answer) {
      connection.subscribe(subject, {
        queue: 'servers',
        callback: (_error, message) => void message.respond(answer(message.data)),
      });
      await connection.flush();
    },
    close: () => connection.close(),
  };
}

async function connectRelay(address: string): Promise<Peer> {
  const socket = new WebSocket(address, { perMessageDeflate: false });
  const opened = Promise.withResolvers<void>();
  const listeners = new Map<string, (body: Uint8Array) => void>();
  socket.on('open', () => opened.resolve());
  socket.on('message', (data: Buffer) => {
    const { subject, body } = JSON.parse(data.toString());
    listeners.get(subject)?.(Buffer.from(body, 'base64'));
  });
  await opened.promise;
  return {
    publish: (subject, body) => socket.send(JSON.stringify({ subject, body: Buffer.from(body).toString('base64') })),
    async subscribe(subject, listener) {
      listeners.set(subject, listener);
      socket.send(JSON.stringify({ subscribe: subject }));
      await new Promise((resolve) => setTimeout(resolve, 200));
    },
    request: () => Promise.reject(new Error('a plain relay knows no requests')),
    serve: () => Promise.reject(new Error('a plain relay knows no requests')),
    close: async () => socket.close(),
  };
}

async function connectSocketIo(address: string): Promise<Peer> {
  const socket = io(address, { transports: ['websocket'] });
  const opened = Promise.withResolvers<void>();
  socket.on('connect', () => opened.resolve());
  await opened.promise;
  return {
    publish: (subject, body) => void socket.emit('publish', subject, body),
    async subscribe(subject, listener) {
      socket.on(subject, listener);
      await socket.emitWithAck('subscribe', subject);
    },
    request: () => Promise.reject(new Error('not compared')),
    serve: () => Promise.reject(new Error('not compared')),
    close: async () => void socket.close(),
  };
}
