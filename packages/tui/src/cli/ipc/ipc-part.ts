// What the commands of the bus load, bundled by itself: no other command reads it.
export { acknowledge, replay, request, status } from './ask.ts';
export { runDaemon } from './run-daemon.ts';
export { publish, subscribe } from './messages.ts';
export { createToken, listTokens, revokeToken } from './tokens.ts';
