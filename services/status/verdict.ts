import type { PolicyStatus } from '#usecases/status';

/** What a person has to look at, a sentence each; empty when all is well. Polling and being behind are no problems. */
export function verdict(policies: readonly PolicyStatus[]): string[] {
  return policies.flatMap(({ policy, state, sources, targets, parked, problems }) => {
    const lost = sources.filter((source) => source.state === 'unreachable').length;
    return [
      ...(state === 'held' ? [`${policy}: the brake holds something; answer with cardwire release or discard.`] : []),
      ...(lost > 0 ? [`${policy}: ${lost} of ${sources.length} sources cannot be read; all copies stay.`] : []),
      ...(targets.unreachable > 0 ? [`${policy}: ${targets.unreachable} mailboxes are not reached.`] : []),
      ...(parked > 0 ? [`${policy}: ${parked} contacts are refused; see cardwire parked.`] : []),
      ...(problems.length > 0 ? [`${policy}: ${problems.length} problems with its members.`] : []),
    ];
  });
}
