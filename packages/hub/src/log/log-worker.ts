// Entry of the worker thread that does all work on the event log. The bundle ships it as a file of its own.
import { parentPort, receiveMessageOnPort, workerData } from 'node:worker_threads';
import { LogKeeper } from './log-keeper.ts';
import type { LogRequest } from './log-messages.ts';

const port = parentPort;
if (port === null) throw new Error('log-worker is started by openEventLog as a worker thread');
const keeper = new LogKeeper(workerData);

port.on('message', (first: LogRequest) => {
  const requests = [first];
  // Whatever came while the last sync ran is answered with the next one.
  for (let next = receiveMessageOnPort(port); next !== undefined; next = receiveMessageOnPort(port)) {
    requests.push(next.message);
  }
  port.postMessage(keeper.answer(requests));
  if (requests.some(({ op }) => op === 'close')) port.close();
});
