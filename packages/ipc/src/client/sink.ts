import type { Envelope } from '../protocol/envelope.ts';
import type { ClientSubscribeOptions } from './subscription.ts';

/** Whom messages of some patterns go to within this process. */
export interface Sink {
  readonly patterns: readonly string[];
  readonly options: Pick<ClientSubscribeOptions, 'queue' | 'policy' | 'durable' | 'stream' | 'start'>;
  readonly isResponder: boolean;
  /** Up to which all is worked off, for a durable consumer. */
  readonly ackedSeq: number;
  accept(envelope: Envelope): void;
  /** The daemon took it on; or refused it for good. */
  settle(refusal?: Error): void;
  /** The client is closed. */
  fail(reason: Error): void;
  /** From here on the daemon sends everything after `ackedSeq` again. */
  resume(): void;
}

/** The stream of a durable consumer: the one it names, or the one that all its patterns `buffer.<stream>.…` name. */
export function streamOf({ patterns, options }: Sink): string | undefined {
  if (options.durable === undefined) return undefined;
  if (options.stream !== undefined) return options.stream;
  const streams = new Set(patterns.map((pattern) => /^buffer\.([^.]+)\./.exec(pattern)?.[1]));
  const [only] = streams;
  return streams.size === 1 ? only : undefined;
}
