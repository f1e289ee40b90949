export { AccessControl, type AccessControlOptions, type Credential } from './access/access-control.ts';
export type { Grant } from './access/grant.ts';
export type { TcpPortOptions } from './access/tcp-port.ts';
export { type NewToken, type TokenInfo, TokenStore, type TokenStoreOptions } from './access/token-store.ts';
export type {
  Bus,
  BusCallOptions,
  BusConsumer,
  BusMessage,
  BusRequest,
  BusRequestOptions,
  BusStatus,
  BusStreamStatus,
  BusSubscription,
  ConsumeOptions,
  DurableMessage,
  HandleBusRequest,
  PublishOptions,
  PublishReceipt,
  SubscribeOptions,
} from './bus/bus.ts';
export { createEmbeddedBus, type EmbeddedBusOptions } from './bus/embedded-bus.ts';
export { IpcClient, type IpcClientOptions, type Lag } from './client/ipc-client.ts';
export type { ConnectionState } from './client/connection-state.ts';
export type {
  ClientPublishOptions,
  DaemonClientOptions,
  PresenceEvent,
  RespondOptions,
  SubjectRequestOptions,
} from './client/daemon-client-options.ts';
export { DaemonClient } from './client/daemon-client.ts';
export { createTcpDial, type TcpDialOptions } from './client/dial-tcp.ts';
export { createUnixDial, type Dial, type Encoding } from './client/dial.ts';
export { isDurableType, isSubject, type MessageOf, type Subject } from './client/message.ts';
export type { Receipt } from './client/outgoing-item.ts';
export type { OfflineOptions } from './client/publisher.ts';
export { documentReconnect, type ReconnectOptions } from './client/reconnect.ts';
export type { Handler, Responder } from './client/responder.ts';
export type { RequestOptions } from './client/server-connection.ts';
export type { ClientSubscribeOptions, Subscription } from './client/subscription.ts';
export type { SubjectListener } from './client/subscriptions.ts';
export { type DaemonLimits, defaultDaemonLimits } from './daemon/daemon-limits.ts';
export type { DaemonStats } from './daemon/daemon-stats.ts';
export { IpcDaemon, type IpcDaemonOptions, type ListenDaemonOptions } from './daemon/ipc-daemon.ts';
export { IpcError, type IpcErrorCode, type IpcErrorOptions, ipcErrorHints, type RemoteFailure } from './errors.ts';
export { defaultLimits, type HeartbeatOptions, type Limits } from './limits.ts';
export type { Logger, LogLine } from './logger.ts';
export { connectOverStdio, type ConnectOverStdioOptions, type StdioConnection } from './parent/connect-over-stdio.ts';
export type { ParentOptions } from './parent/parent-options.ts';
export { serveStdio, type ServeStdioOptions } from './parent/serve-stdio.ts';
export { ClientType } from './protocol/client-type.ts';
export { compressPayload, openPayload } from './protocol/compressed-payload.ts';
export { reservedTypes } from './protocol/control.ts';
export { Envelope, ErrorData, ErrorPayload, ResponsePayload } from './protocol/envelope.ts';
export type { MessageType, Sender } from './protocol/message-type.ts';
export {
  type DataOf,
  findMessageType,
  isMessageType,
  messageTypes,
  type MessageTypeName,
  type PayloadOf,
} from './protocol/message-types.ts';
export { readMessage, unknownType } from './protocol/read-message.ts';
export { type WireCode, wireCodes, WireFailure, type WireFailureOptions } from './protocol/wire-codes.ts';
export { IpcServer, type IpcServerOptions, type ListenOptions } from './server/ipc-server.ts';
export type { HandleRequest, IpcRequest } from './server/request.ts';
export type { Consumer, ConsumerStart, ConsumerStore } from './store/consumer-store.ts';
export type { DeadLetter, DeadLetterOptions, DeadLetterStore } from './store/dead-letter-store.ts';
export type {
  MessageStore,
  NewMessage,
  ReadOptions,
  Replay,
  ReplayOptions,
  StoreCallOptions,
  StoreDamage,
  Stored,
  StoredMessage,
  StoreStats,
  StreamStats,
} from './store/message-store.ts';
export { openMessageStore, type OpenMessageStoreOptions } from './store/open-message-store.ts';
export { defaultStoreLimits, type StoreLimits } from './store/store-limits.ts';
export { parseTimestamp, toTimestamp } from './store/timestamp.ts';
export type { Link, LinkListener } from './transport/link.ts';
export type { TcpOptions, TlsIdentity } from './transport/tcp-listener.ts';
