import { parseParams } from '../protocol/parse-request.ts';
import type { ParsedParams, RequestResult } from '../protocol/requests.ts';
import type { FleetRequestName, RequestContext } from './fleet-service.ts';

/** One function for each request; parameters are parsed, defaults filled in. */
export type FleetHandlers = {
  readonly [K in FleetRequestName]: (params: ParsedParams<K>, context: RequestContext) => Promise<RequestResult<K>>;
};

/** Parses the parameters by the request's schema and calls its handler. Rejects with `invalid-request`. */
export async function dispatch<K extends FleetRequestName>(
  handlers: Pick<FleetHandlers, K>,
  name: K,
  params: unknown,
  context: RequestContext,
): Promise<RequestResult<K>> {
  return handlers[name](parseParams(name, params), context);
}
