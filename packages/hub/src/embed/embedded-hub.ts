import { HubClient } from '../client/hub-client.ts';
import type { HubConnection } from '../client/hub-connection.ts';
import type { EventLog } from '../log/event-log.ts';
import { describeHub } from '../server/describe-hub.ts';
import type { FleetService } from '../server/fleet-service.ts';
import { LocalLink } from './local-link.ts';

/** What an embedded hub is made of. */
export interface EmbeddedHubOptions {
  /** Not closed by the connection, unless it is among `owns`. */
  readonly fleet: FleetService;
  /** The log the fleet writes, for `hub.status`. */
  readonly log: EventLog;
  /** @default '' */
  readonly stateDirectory?: string | undefined;
  /** Called for `hub.stop`. @default nothing happens: who embeds a hub disposes it */
  readonly onStop?: ((reason: string) => void) | undefined;
  /** Closed with the connection, in this order. @default nothing */
  readonly owns?: readonly AsyncDisposable[] | undefined;
}

/** A fleet in this process as a `HubConnection`, with the same manners as the background hub's. */
export function createEmbeddedHub({
  fleet,
  log,
  stateDirectory = '',
  onStop = () => {},
  owns = [],
}: EmbeddedHubOptions): HubConnection {
  const startedAt = Date.now();
  const place = { version: 'embedded', socketPath: '', stateDirectory, startedAt, clients: 1 };
  const self = {
    status: () => describeHub({ fleet, log }, place),
    stop: async (reason: string) => onStop(reason),
  };
  return new HubClient(new LocalLink({ fleet, self, owns }));
}
