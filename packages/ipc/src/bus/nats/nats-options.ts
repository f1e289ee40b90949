import type { HeartbeatOptions } from '../../limits.ts';
import type { ReconnectOptions } from '../../client/reconnect.ts';
import type { Logger } from '../../logger.ts';
import type { BusCallOptions } from '../bus.ts';

/** Bounds of the streams that the bus makes, each with its default. A stream that is there already stays as it is. */
export const defaultNatsLimits = {
  /** Beyond it the oldest is dropped. */
  messagesPerStream: 10_000,
  ageMs: 24 * 60 * 60 * 1000,
  /** 0: none. JetStream sets so much of the disk aside for each stream, used or not. */
  bytesPerStream: 0,
  /** How long a stream knows the id of a message. A publish of unknown outcome is not tried again after it. */
  duplicateWindowMs: 60 * 60 * 1000,
  /** Servers of a cluster that keep each stream. */
  replicas: 1,
  /** Durable messages that wait for the server; more are refused. */
  waiting: 10_000,
  waitingBytes: 64 * 1024 * 1024,
} as const;

/** Names and units of `defaultNatsLimits`. */
export type NatsLimits = { readonly [Name in keyof typeof defaultNatsLimits]: number };

/** Files in PEM. */
export interface NatsTlsOptions {
  readonly caFile?: string | undefined;
  readonly certFile?: string | undefined;
  readonly keyFile?: string | undefined;
}

export interface NatsBusOptions extends BusCallOptions {
  /** `host:port` of one or more servers of one cluster; with TLS a name, for nats.js checks no certificate of an address. */
  readonly servers: string | readonly string[];
  /** Who shares it shares the messages: ASCII letters, digits and `-`, up to 32. @default 'swarm' */
  readonly namespace?: string | undefined;
  /** File with a NATS user (`.creds`); read again at each connection. */
  readonly credentialsFile?: string | undefined;
  /** File with a token; read again at each connection. */
  readonly tokenFile?: string | undefined;
  /** When given, only encrypted connections are made. */
  readonly tls?: NatsTlsOptions | undefined;
  readonly limits?: Partial<NatsLimits> | undefined;
  readonly reconnect?: ReconnectOptions | undefined;
  readonly heartbeat?: HeartbeatOptions | undefined;
  readonly logger?: Logger | undefined;
}
