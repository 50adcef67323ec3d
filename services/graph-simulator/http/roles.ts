import type { GraphAnswer } from '../engine/wire.ts';
import { permissionsFor } from '../tokens/permissions.ts';
import { graphError } from './errors.ts';
import type { GraphCall } from './graph-call.ts';

const byPolicy = 'Access to OData is disabled: [RAOP] : Blocked by tenant configured AppOnly AccessPolicy settings.';

/** Graph's 403 for the service that refuses (graph.md section 6). */
export function forbidden(service: GraphCall['target']['service']): GraphAnswer {
  return service === 'exchange'
    ? graphError(403, 'ErrorAccessDenied', 'Access is denied. Check credentials and try again.')
    : graphError(403, 'Authorization_RequestDenied', 'Insufficient privileges to complete the operation.');
}

function blockedByPolicy({ caller, mailbox = '' }: GraphCall, now: number): boolean {
  const policy = caller.app.accessPolicy;
  if (!policy || policy.from > now) return false;
  return policy.kind === 'deny' ? policy.mailboxes.has(mailbox) : !policy.mailboxes.has(mailbox);
}

/**
 * The 403 of a call, or undefined. What the token's roles do not give, a grant limited to the mailbox may (the two
 * add up, graph.md 8.7); an access policy takes away from both.
 */
export function roleRefusal(call: GraphCall, now: number): GraphAnswer | undefined {
  const { target, caller, mailbox } = call;
  const enough = permissionsFor(call.request.method, target);
  const consented = enough.length === 0 || enough.some((permission) => caller.roles.has(permission));
  const granted = (): boolean =>
    mailbox !== undefined &&
    caller.app.grants.some((grant) => grant.from <= now && enough.includes(grant.role) && grant.mailboxes.has(mailbox));
  if (!consented && !granted()) return forbidden(target.service);
  if (target.service === 'exchange' && blockedByPolicy(call, now))
    return graphError(403, 'ErrorAccessDenied', byPolicy);
  return undefined;
}
