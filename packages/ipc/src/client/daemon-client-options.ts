import type { PayloadOf } from '../protocol/message-types.ts';
import type { IpcClientOptions } from './ipc-client.ts';
import type { MessageOf } from './message.ts';
import type { OfflineOptions } from './publisher.ts';
import type { RequestOptions } from './server-connection.ts';

export interface DaemonClientOptions extends IpcClientOptions {
  /** Credential, where being able to open the socket is not enough. */
  readonly token?: string | undefined;
  /** Says at every connection what this client is; without it, the client is not seen by others. */
  readonly register?: PayloadOf<'client_register'> | undefined;
  /** What becomes of published messages while there is no connection. */
  readonly offline?: OfflineOptions | undefined;
}

export interface ClientPublishOptions {
  /** The client that it is for. @default all that subscribed */
  readonly to?: string | undefined;
  /** Names the message: a durable one of the same id is kept once. @default a new one */
  readonly id?: string | undefined;
  /** Stops waiting. What was not sent yet never is. */
  readonly signal?: AbortSignal | undefined;
}

export interface SubjectRequestOptions extends RequestOptions {
  /** The client that is to answer. @default one of those who `respond` */
  readonly to?: string | undefined;
}

export interface RespondOptions {
  /** Of all services with this name and subject, one gets each request. @default 'services' */
  readonly queue?: string | undefined;
  /** Ends the service. */
  readonly signal?: AbortSignal | undefined;
}

/** Somebody came, or went. */
export type PresenceEvent = MessageOf<'client_connected'> | MessageOf<'client_disconnected'>;
