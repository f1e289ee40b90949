import { createTcpDial, DaemonClient } from '@swarm-tui/ipc';
import type { Peer } from './peer.ts';

type Subject = `${string}.${string}`;

/** Connects with the client that applications use. `address`: `<port> <token>`. */
export async function connectOurs(address: string): Promise<Peer> {
  const [port, token = ''] = address.split(' ');
  const dial = createTcpDial({ host: '127.0.0.1', port: Number(port), tls: 'plain-on-loopback', token });
  const client = await DaemonClient.connect({ socketPath: '', dial, register: { client_type: 'cli' } });
  return {
    publish: (subject, body) => void client.publish(toSubject(subject), body),
    async subscribe(subject, listener) {
      const subscription = client.subscribe(subject);
      await subscription.ready;
      void (async () => {
        for await (const { payload } of subscription) listener(toBytes(payload));
      })();
    },
    request: async (subject, body) => toBytes(await client.request(toSubject(subject), body)),
    async serve(subject, answer) {
      await client.respond(subject, ({ payload }) => answer(toBytes(payload))).ready;
    },
    close: () => client[Symbol.asyncDispose](),
  };
}

function toSubject(subject: string): Subject {
  if (isSubject(subject)) return subject;
  throw new Error(`${subject} is no subject`);
}

function isSubject(subject: string): subject is Subject {
  return subject.includes('.');
}

function toBytes(payload: unknown): Uint8Array {
  if (payload instanceof Uint8Array) return payload;
  throw new Error('the body is no bytes');
}
