// Publishes durable messages as fast as they are acknowledged, over as many daemons as come: `node daemon-publisher.ts
// <socket> <stream> <encoding> <life>`. Prints the id of each acknowledged one. Ids go on over reconnects: nothing is sent twice
// under another id.
import { setTimeout as sleep } from 'node:timers/promises';
import { createUnixDial } from '../dist/client/dial.js';
import { ServerConnection } from '../dist/client/server-connection.js';
import { defaultLimits } from '@swarm-tui/ipc';

const [socketPath = '', stream = '', encoding = '', life = ''] = process.argv.slice(2);
const logger = { debug() {}, info() {}, warn() {}, error() {} };
const dial = createUnixDial(socketPath, encoding === 'binary' ? 'binary' : 'json-lines', defaultLimits);
let next = 1;

async function publishUntilLost(): Promise<void> {
  const link = await dial(AbortSignal.timeout(5000));
  const connection = new ServerConnection({
    link,
    limits: defaultLimits,
    heartbeat: {},
    logger,
    onEvent: () => undefined,
  });
  const publishOne = async (): Promise<void> => {
    for (;;) {
      const number = next++;
      const id = `${stream}-${life}-${number}`;
      await connection.exchange({ type: `buffer.${stream}.line`, id, payload: number });
      process.stdout.write(`${id}\n`);
    }
  };
  await Promise.all(Array.from({ length: 8 }, publishOne));
}

for (;;) {
  await publishUntilLost().catch(() => undefined);
  await sleep(5);
}
