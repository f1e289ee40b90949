import type { CallOptions } from '@swarm-tui/core';
import type { HubConnection } from '../client/hub-connection.ts';
import { Fleet, type FleetOptions } from '../fleet/fleet.ts';
import { openEventLog } from '../log/open-event-log.ts';
import { createEmbeddedHub } from './embedded-hub.ts';

/** What a hub in this process works with: runtimes, providers and a state directory. */
export interface OpenHubOptions extends Omit<FleetOptions, 'log'>, CallOptions {
  /** Holds the event log; made when it is not there. One hub at a time has it. */
  readonly stateDirectory: string;
  /** Entry of the log's worker thread, for programs that are bundled. @default beside this package's modules */
  readonly logWorkerUrl?: URL | undefined;
}

/**
 * The whole fleet in this process: opens the log of `stateDirectory`, finds the agents that run, and gives a connection
 * that owns both. Disposing it ends no agent. Rejects with `state-locked`, `state-unwritable` or `log-failed`.
 */
export async function openHub({
  stateDirectory,
  logWorkerUrl,
  signal,
  ...options
}: OpenHubOptions): Promise<HubConnection> {
  const log = await openEventLog({ directory: stateDirectory, workerUrl: logWorkerUrl, signal });
  try {
    const fleet = await Fleet.open({ ...options, log });
    return createEmbeddedHub({ fleet, log, stateDirectory, owns: [fleet, log] });
  } catch (error) {
    await log[Symbol.asyncDispose]();
    throw error;
  }
}
