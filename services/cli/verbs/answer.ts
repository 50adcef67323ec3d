import type { Config } from '#config/config';
import { under } from '#core/keys';
import type { HoldRecord } from '#core/records';
import type { Store } from '#ports/store';
import { systemClock } from '#runtime/system-clock';
import { withService } from '../access.ts';
import { exit, Failure } from '../failure.ts';
import { followOrder, insertOrder } from '../orders.ts';
import type { Environment } from '../settings.ts';
import { printable } from '../table.ts';

export interface AnswerOptions {
  readonly kind: 'release' | 'discard';
  readonly policy: string;
  readonly hold?: string;
  readonly count: number;
  readonly reason: string;
  readonly by: string;
  readonly json: boolean;
}

/** A person's answer to what the brake holds: it names how many, why, and who says so (K-18). */
export async function answer(config: Config, environment: Environment, options: AnswerOptions): Promise<number> {
  return withService(config, environment, [options.policy], async (store) => {
    const [key, held] = await theHold(store, options);
    if (held.cards.length !== options.count)
      throw new Failure(
        `The hold has ${held.cards.length} of them now, not ${options.count}: look again with cardwire status. It holds: ${(await names(store, held)).join('; ')}`,
        exit.usage,
      );
    const { kind, policy, count, by, reason } = options;
    const order = await insertOrder(store, { kind, policy, scope: [key], by, reason, at: systemClock.now(), count });
    await followOrder(store, order, systemClock);
    const list = await names(store, held);
    const text = `${kind === 'release' ? 'Released' : 'Discarded'}: ${held.cards.length} (${held.kind}), by ${by}, because: ${reason}\n${list.map((name) => `  ${name}`).join('\n')}`;
    environment.out(
      options.json
        ? JSON.stringify({ hold: key, kind: held.kind, count: held.cards.length, names: list, by, reason }, null, 2)
        : text,
    );
    return exit.done;
  });
}

async function theHold(store: Store, options: AnswerOptions): Promise<[string, HoldRecord]> {
  const all = await store.range('hold', ...under(options.policy), 1000);
  const held = all.filter(({ record }) => record.state === 'held' && record.policy === options.policy);
  const wanted = options.hold === undefined ? held : held.filter(({ key }) => key === options.hold);
  const [first, ...more] = wanted;
  if (!first)
    throw new Failure(
      `The brake holds nothing${options.hold ? ` as ${options.hold}` : ''} in ${options.policy}.`,
      exit.usage,
    );
  if (more.length > 0)
    throw new Failure(
      `There are ${wanted.length} holds: name one with --hold (${wanted.map(({ key }) => key).join(', ')}).`,
      exit.usage,
    );
  return [first.key, first.record];
}

/** Display names for the terminal of whoever answers; member holds name addresses. */
async function names(store: Store, held: HoldRecord): Promise<string[]> {
  if (held.kind === 'members') {
    const members = await store.get('member', held.cards.map(String));
    return members.map((member, i) => member?.address ?? String(held.cards[i]));
  }
  const shown = held.cards.slice(0, 50);
  const versions = await Promise.all(
    shown.map((number) =>
      store.range('version', ...under(`${held.policy}/${String(number).padStart(10, '0')}`), 1, 'descending'),
    ),
  );
  const list = versions.map(
    ([version], i) => printable(version?.record.fields.displayName ?? '') || `card ${shown[i]}`,
  );
  return held.cards.length > shown.length ? [...list, `… and ${held.cards.length - shown.length} more`] : list;
}
