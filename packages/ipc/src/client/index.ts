// The client alone: loads neither the server nor, until a binary connection is dialled, any WebSocket library.
export { createUnixDial, type Dial, type Encoding } from './dial.ts';
export { IpcClient, type IpcClientOptions, type Lag } from './ipc-client.ts';
export type { ConnectionState } from './connection-state.ts';
export type { ReconnectOptions } from './reconnect.ts';
export type { RequestOptions } from './server-connection.ts';
export type { SubjectListener } from './subscriptions.ts';
export { IpcError, type IpcErrorCode, type IpcErrorOptions, ipcErrorHints, type RemoteFailure } from '../errors.ts';
export { defaultLimits, type HeartbeatOptions, type Limits } from '../limits.ts';
export type { Logger, LogLine } from '../logger.ts';
export type { Link, LinkListener } from '../transport/link.ts';
