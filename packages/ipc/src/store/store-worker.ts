// Entry of the worker thread that does all work on the message store. A bundle ships it as a file of its own.
import { parentPort, workerData } from 'node:worker_threads';
import { StoreKeeper } from './store-keeper.ts';
import type { StoreBatch, StoreReply } from './store-messages.ts';

const port = parentPort;
if (port === null) throw new Error('store-worker is started by openMessageStore as a worker thread');
const keeper = new StoreKeeper(workerData);

port.on('message', (batch: StoreBatch) => {
  const reply = keeper.answer(batch);
  port.postMessage(reply, [...listBuffers(reply)]);
  if (batch.requests.some(({ op }) => op === 'close')) port.close();
});

/** Pages and places go over as they are, not as copies. */
function listBuffers({ outcomes, places }: StoreReply): ReadonlySet<ArrayBuffer> {
  const buffers = new Set([places.buffer]);
  for (const outcome of outcomes) {
    if (!('result' in outcome) || typeof outcome.result !== 'object' || outcome.result === null) continue;
    if ('records' in outcome.result && outcome.result.records !== null) buffers.add(outcome.result.records.buffer);
  }
  return buffers;
}
