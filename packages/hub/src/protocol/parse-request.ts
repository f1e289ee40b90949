import type { z } from 'zod';
import { HubError } from './hub-error.ts';
import { hubRequests, type ParsedParams, type RequestName, type RequestResult } from './requests.ts';

type RequestSchemas = {
  readonly [K in RequestName]: {
    readonly params: z.ZodType<ParsedParams<K>>;
    readonly result: z.ZodType<RequestResult<K>>;
  };
};

const schemas: RequestSchemas = hubRequests;

/** True for the requests of this protocol version. */
export function isRequestName(name: string): name is RequestName {
  return Object.hasOwn(hubRequests, name);
}

/** Parameters as a handler gets them, defaults filled in. Throws `HubError` `invalid-request` that names the field. */
export function parseParams<K extends RequestName>(name: K, params: unknown): ParsedParams<K> {
  const parsed = schemas[name].params.safeParse(params ?? {});
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  // A rule of ours says in whole sentences what is wrong, and what to do.
  if (issue?.code === 'custom') throw new HubError('invalid-request', issue.message, toHint(issue.params));
  throw new HubError('invalid-request', `${name}: ${describeIssue(parsed.error)}`, {
    hint: 'docs/protocols/hub.md lists the parameters of each request.',
  });
}

/** The hub's answer. Throws `HubError` `internal` when it is not what this version of the client knows. */
export function parseResult<K extends RequestName>(name: K, result: unknown): RequestResult<K> {
  const parsed = schemas[name].result.safeParse(result);
  if (parsed.success) return parsed.data;
  throw new HubError('internal', `The hub's answer to ${name} was not understood: ${describeIssue(parsed.error)}`, {
    hint: 'Hub and client may be of different versions: stop the hub with `swarm-tui hub stop`; agents go on.',
  });
}

function toHint(params: Readonly<Record<string, unknown>> | undefined): { readonly hint?: string } {
  const hint = params?.['hint'];
  return typeof hint === 'string' ? { hint } : {};
}

function describeIssue({ issues: [issue] }: z.ZodError): string {
  if (issue === undefined) return 'not understood';
  return issue.path.length === 0 ? issue.message : `${issue.path.join('.')}: ${issue.message}`;
}
