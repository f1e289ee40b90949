// A server in a process of its own: publishes its pid, answers `pid`, never answers `hang`.
import { IpcServer } from '@swarm-tui/ipc';

const [socketPath = ''] = process.argv.slice(2);
const server = await IpcServer.listen({
  socketPath,
  handle: async ({ type }) => (type === 'hang' ? new Promise(() => undefined) : { pid: process.pid }),
});
setInterval(() => server.publish('pid', { pid: process.pid }), 20);
console.log('ready');
