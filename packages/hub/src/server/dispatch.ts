import type { z } from 'zod';
import { HubError } from '../protocol/hub-error.ts';
import { hubRequests, type ParsedParams, type RequestResult } from '../protocol/requests.ts';
import type { FleetRequestName, RequestContext } from './fleet-service.ts';

/** One function for each request; parameters are parsed, defaults filled in. */
export type FleetHandlers = {
  readonly [K in FleetRequestName]: (params: ParsedParams<K>, context: RequestContext) => Promise<RequestResult<K>>;
};

/** Parses the parameters by the request's schema and calls its handler. Rejects with `invalid-request`. */
export function dispatch<K extends FleetRequestName>(
  handlers: Pick<FleetHandlers, K>,
  name: K,
  params: unknown,
  context: RequestContext,
): Promise<RequestResult<K>> {
  return handlers[name](parseParams(name, params), context);
}

function parseParams<K extends FleetRequestName>(name: K, params: unknown): ParsedParams<K> {
  const schema: z.ZodType<ParsedParams<K>> = hubRequests[name].params;
  const parsed = schema.safeParse(params ?? {});
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const place = issue === undefined || issue.path.length === 0 ? 'its parameters' : `"${issue.path.join('.')}"`;
  throw new HubError('invalid-request', `${name}: ${place} ${issue?.message ?? 'are not understood'}`, {
    hint: 'See docs/protocols/hub.md for the parameters of each request.',
  });
}
