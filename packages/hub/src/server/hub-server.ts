import type { Logger } from '@swarm-tui/ipc';
import type { HubPaths } from '../client/hub-paths.ts';
import { toHubError, toWireError } from '../protocol/wire-error.ts';
import type { EventLog } from '../log/event-log.ts';
import { answerRequest, type HubSelf } from './answer-request.ts';
import { describeHub } from './describe-hub.ts';
import type { FleetService } from './fleet-service.ts';
import { HubSockets } from './hub-sockets.ts';
import { publishTo } from './publish.ts';

/** What a hub serves, where, and what stops it. */
export interface HubServerOptions {
  /** Not closed by the server. */
  readonly fleet: FleetService;
  /** Not closed by the server. */
  readonly log: EventLog;
  readonly paths: HubPaths;
  readonly version: string;
  readonly logger: Logger;
  /** A client asked the hub to stop. */
  readonly onStop: (reason: string) => void;
}

/** The fleet on a socket: answers requests, publishes what changes. */
export class HubServer implements AsyncDisposable {
  readonly #sockets: HubSockets;
  readonly #stopPublishing: () => void;

  private constructor(sockets: HubSockets, stopPublishing: () => void) {
    this.#sockets = sockets;
    this.#stopPublishing = stopPublishing;
  }

  /** Settles when clients can connect. */
  static async listen(options: HubServerOptions): Promise<HubServer> {
    const { fleet, logger, paths, version } = options;
    const startedAt = Date.now();
    let listening: HubSockets | null = null;
    const self: HubSelf = {
      status: () => {
        const { clientCount: clients = 0, socketPath = paths.socketPath } = listening ?? {};
        return describeHub(options, { version, startedAt, clients, socketPath, stateDirectory: paths.stateDirectory });
      },
      stop: async (reason) => options.onStop(reason),
    };
    const sockets = await HubSockets.listen({
      socketPath: paths.socketPath,
      fallbackSocketPath: paths.fallbackSocketPath,
      logger,
      server: {
        logger,
        onInterest: (subject, isWanted) => fleet.setInterest(subject, isWanted),
        handle: async ({ type: name, payload: params, clientId: client, signal }) => {
          try {
            return await answerRequest({ fleet, self }, { name, params }, { signal, client });
          } catch (error) {
            const failure = toWireError(error);
            // Its message may quote what a person wrote, so only unexpected ones are worth it.
            const details = failure.code === 'internal' ? { message: failure.message } : {};
            logger.warn({ event: 'hub.request-failed', name, code: failure.code, reason: failure.reason, ...details });
            throw toHubError(error);
          }
        },
      },
    });
    listening = sockets;
    return new HubServer(sockets, fleet.subscribe(publishTo((subject, payload) => sockets.publish(subject, payload))));
  }

  /** Makes the socket file again when it is gone. */
  repairSocket(): Promise<void> {
    return this.#sockets.repair();
  }

  /** Tells every client `reason`, then closes. */
  async close(reason: string): Promise<void> {
    this.#stopPublishing();
    await this.#sockets.close(reason);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close('hub closed');
  }
}
