import { commitKey } from '#core/keys';
import type { CommitRecord } from '#core/records';
import type { Books } from './books.ts';
import type { Context } from './context.ts';
import type { Endpoint } from './pass.ts';

/**
 * An empty commit in every book that these endpoints read for: a commit that a former owner has prepared loses its
 * revision, and must prove its lease before it decides again (PROTOCOL 2.5 `takeover`).
 */
export async function raiseBarriers(
  context: Context,
  books: Books,
  endpoints: readonly Endpoint[],
  token: number,
): Promise<void> {
  const sources = endpoints.filter(({ record }) => record.role === 'source');
  for (const policy of new Set(sources.map(({ record }) => record.policy))) {
    while (!(await raised(context, books, policy, token))) {
      // Somebody else took the revision: the next one, then.
    }
  }
}

async function raised({ ports }: Context, books: Books, policy: string, token: number): Promise<boolean> {
  const book = books.get(policy);
  await book.refresh();
  const { head, cardsBorn } = book.state;
  const revision = head + 1;
  const time = ports.clock.now();
  const record: CommitRecord = { book: policy, revision, time, token, cardsBorn, versions: [], observed: {} };
  const insert = { op: 'insert', kind: 'commit', key: commitKey(policy, revision), record } as const;
  const groups = [await book.missingVersions(), [insert]].filter((group) => group.length > 0);
  const outcomes = await ports.store.write(groups);
  return outcomes.at(-1)?.[0] === 'inserted';
}
