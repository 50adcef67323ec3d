import { under } from '#core/keys';
import type { Write } from '#ports/store';
import type { Context } from './context.ts';
import { memberKey } from './endpoints.ts';

export const removedKey = (policy: string): string => `removed/${policy}`;

/**
 * Ends all membership of a policy by a person's order: nobody is wanted any more, and the rule as it stands stays without
 * effect until it is edited (DESIGN section 7 `remove`).
 */
export async function dismiss(context: Context, policy: string): Promise<void> {
  const { store, clock } = context.ports;
  const generation = context.setting.policies.get(policy)?.generation ?? '';
  const fact: Write = { op: 'replace', kind: 'fact', key: removedKey(policy), record: { value: generation } };
  const members = await store.range('member', ...under(policy), 1_000_000);
  const wanted = members.filter(({ record }) => record.wanted);
  const leaving = wanted.map(({ record }): Write => {
    const left = { ...record, wanted: false, since: clock.now(), why: 'removed' };
    return { op: 'replace', kind: 'member', key: memberKey(record), record: left };
  });
  await store.write(leaving.length > 0 ? [[fact], leaving] : [[fact]]);
}

/** Was this very rule removed by order? */
export async function isRemoved(context: Context, policy: string, generation: string): Promise<boolean> {
  const [fact] = await context.ports.store.get('fact', [removedKey(policy)]);
  return fact !== undefined && fact.value === generation;
}
