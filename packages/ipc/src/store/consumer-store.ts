import type { StoreCallOptions } from './message-store.ts';

/** Where a new consumer begins: with what comes next, with all that is kept, at a number, or after an ISO time. */
export type ConsumerStart = 'new' | 'all' | { readonly seq: number } | { readonly since: string };

/** A named reader of one stream whose place survives restarts. */
export interface Consumer {
  readonly name: string;
  readonly stream: string;
  /** All messages up to this one are done. */
  readonly ackedSeq: number;
}

/** Durable consumers: each gets every message at least once by reading on from `ackedSeq`. */
export interface ConsumerStore {
  /** Makes the consumer, or finds it where it was; then `start` (default `new`) says nothing. */
  openConsumer(
    consumer: { readonly name: string; readonly stream: string; readonly start?: ConsumerStart | undefined },
    options?: StoreCallOptions,
  ): Promise<Consumer>;
  /** All up to `seq` is done. Never goes back, nor beyond the last message. Rejects with `consumer-unknown`. */
  advance(consumer: Consumer, options?: StoreCallOptions): Promise<Consumer>;
  /** False when there was none. */
  removeConsumer(
    consumer: { readonly name: string; readonly stream: string },
    options?: StoreCallOptions,
  ): Promise<boolean>;
  /** By stream, then name. */
  listConsumers(options?: StoreCallOptions): Promise<readonly Consumer[]>;
}
