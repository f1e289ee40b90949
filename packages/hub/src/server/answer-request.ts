import { HubError } from '../protocol/hub-error.ts';
import { isRequestName, parseParams } from '../protocol/parse-request.ts';
import type { HubStatus } from '../protocol/requests.ts';
import type { FleetService, RequestContext } from './fleet-service.ts';

/** What the hub knows about itself, and its end. */
export interface HubSelf {
  status(): Promise<HubStatus>;
  /** Begins to stop; settles before the hub is gone, so that the asker gets an answer. */
  stop(reason: string): Promise<void>;
}

/** Who answers requests: the fleet, and the hub those about itself. */
export interface Answerers {
  readonly fleet: FleetService;
  readonly self: HubSelf;
}

/** Answers one request of a client: about the hub itself here, all else by the fleet. Rejects with `unknown-request`. */
export async function answerRequest(
  { fleet, self }: Answerers,
  { name, params }: { readonly name: string; readonly params: unknown },
  context: RequestContext,
): Promise<unknown> {
  if (!isRequestName(name)) {
    throw new HubError('unknown-request', `This hub does not know the request "${name}".`, {
      hint: 'docs/protocols/hub.md lists all requests. An older hub is replaced by `swarm-tui hub stop`; agents go on.',
    });
  }
  if (name === 'hub.status') return self.status();
  if (name !== 'hub.stop') return fleet.handle(name, params, context);
  await self.stop(parseParams(name, params).reason);
  return {};
}
