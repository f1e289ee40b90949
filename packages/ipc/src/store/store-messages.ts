import type { IpcErrorCode } from '../errors.ts';
import type { Consumer } from './consumer-store.ts';
import type { ConsumerName, StartPlace } from './consumer-table.ts';
import type { DeadLetterRow } from './dead-letter-table.ts';
import type { StoreDamage, StoreStats } from './message-store.ts';
import type { Place } from './message-table.ts';
import type { Page, PageRequest } from './page-reader.ts';
import type { StoreLimits } from './store-limits.ts';

/** How the worker opens the store; handed over as `workerData`. */
export interface StoreWorkerData {
  readonly directory: string;
  readonly limits: StoreLimits;
  /** How long to wait for another store that still holds the directory. */
  readonly lockWaitMs: number;
}

/** What changes the store: neighbours share one transaction, and so one sync. Times are microseconds. */
export interface WriteOperations {
  /** The next records of the batch. Where they came to lie is in `places` of the answer. */
  append: { args: { count: number }; result: null };
  acknowledge: { args: { stream: string; until: number }; result: number };
  openConsumer: { args: ConsumerName & { start: StartPlace }; result: Consumer };
  advance: { args: Consumer; result: Consumer };
  removeConsumer: { args: ConsumerName; result: boolean };
  moveToDeadLetters: { args: { stream: string; seq: number; reason: string }; result: boolean };
  retryDeadLetter: { args: { number: number; receivedAt: number }; result: Place | null };
  prune: { args: { before: number }; result: number };
}

export interface OtherOperations {
  /** Gives the receipt of the newest durable message. */
  open: { args: Record<string, never>; result: number };
  lastTime: { args: Record<string, never>; result: number };
  page: { args: PageRequest; result: Page };
  listConsumers: { args: Record<string, never>; result: readonly Consumer[] };
  listDeadLetters: { args: { after: number; limit: number }; result: readonly DeadLetterRow[] };
  stats: { args: Record<string, never>; result: StoreStats };
  /** Moves the database aside and begins a new one. */
  setAside: { args: { reason: string }; result: null };
  shrink: { args: Record<string, never>; result: null };
  close: { args: Record<string, never>; result: null };
}

/** What each operation takes and gives. */
export interface StoreOperations extends WriteOperations, OtherOperations {}
export type StoreOperation = keyof StoreOperations;

type RequestOf<Operations extends { [Name in keyof Operations]: { args: unknown } }> = {
  [K in keyof Operations]: { readonly op: K; readonly args: Operations[K]['args'] };
}[keyof Operations];

export type WriteRequest = RequestOf<WriteOperations>;
export type OtherRequest = RequestOf<OtherOperations>;
export type StoreRequest = WriteRequest | OtherRequest;

/** All that waited, in one message. */
export interface StoreBatch {
  readonly requests: readonly StoreRequest[];
  /** The records of all appends, in order, without numbers (record.ts). */
  readonly records: Uint8Array<ArrayBuffer>;
  /** Microseconds. */
  readonly now: number;
}

export interface StoreFailure {
  readonly code: IpcErrorCode;
  readonly message: string;
  readonly hint: string;
}

export type StoreOutcome =
  | { readonly result: StoreOperations[StoreOperation]['result'] }
  | { readonly failure: StoreFailure };

export interface StoreReply {
  /** One for each request. */
  readonly outcomes: readonly StoreOutcome[];
  /** `seq` and `receivedAt` of each record of the batch; those of failed appends mean nothing. */
  readonly places: Float64Array<ArrayBuffer>;
  readonly damage: StoreDamage | null;
}
