import type { Identity, RoleWish } from '../daemon/identity.ts';
import { WireFailure } from '../protocol/wire-codes.ts';
import type { ClientType } from '../protocol/client-type.ts';
import type { Grant } from './grant.ts';
import { roleRules } from './rules.ts';
import { mayPublish, maySubscribe, mayTouch } from './verdicts.ts';

/** A grant as the daemon sees it. */
export function createIdentity(grant: Grant): Identity {
  return {
    clientType: grant.role,
    taskspaces: grant.taskspaces,
    // Not on a socket that was made for one agent, and not after registering as one.
    isOwner: grant.tokenId === null && grant.taskspaces === 'all',
    mayPublish: (type) => mayPublish(grant, type),
    maySubscribe: (pattern) => maySubscribe(grant, pattern),
    narrow: (wish) => createIdentity(narrowGrant(grant, wish)),
  };
}

/** A role that has its own taskspaces only, of a credential that has all, gets those that it names, or none. */
function narrowGrant(grant: Grant, { clientType: role, taskspaceIds: wanted }: RoleWish): Grant {
  if (!roleRules[grant.role].mayBecome.includes(role)) {
    throw new WireFailure(
      'AUTHENTICATION_FAILED',
      `A credential for ${grant.role} does not make a client of type ${role}.`,
    );
  }
  if (wanted === undefined) return { ...grant, role, taskspaces: withoutOthers(grant, role) };
  const foreign = wanted.find((taskspace) => !mayTouch(grant, taskspace));
  if (foreign !== undefined) {
    throw new WireFailure('AUTHENTICATION_FAILED', `This client may not touch taskspace ${foreign}.`);
  }
  return { ...grant, role, taskspaces: new Set(wanted) };
}

function withoutOthers({ taskspaces }: Grant, role: ClientType): Grant['taskspaces'] {
  return taskspaces === 'all' && roleRules[role].taskspaces === 'own' ? new Set() : taskspaces;
}
