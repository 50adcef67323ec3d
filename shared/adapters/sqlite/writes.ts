import type { RecordKind, RecordKinds } from '#core/records';
import type { Outcome, Put, PutCopies, Remove, RemoveCopies, Take, Write } from '#ports/store';
import type { Copies } from './copies.ts';
import { tables } from './layout.ts';
import type { Records } from './records.ts';

export interface Tables {
  readonly records: Records;
  readonly copies: Copies;
}

/** The same for a record of any kind that is put. */
interface PutOf<K extends RecordKind> {
  readonly kind: K;
  readonly key: string;
  readonly token: number;
  readonly set: Partial<RecordKinds[K]>;
  readonly create?: boolean;
}

function put<K extends Put['kind']>(records: Records, { kind, key, token, set, create }: PutOf<K>): Outcome {
  const before = records.get(kind, key);
  if (before) {
    if (before.token > token) return 'fenced';
    records.update(kind, key, before, { ...before, ...set, token });
    return 'stored';
  }
  if (!create) return 'fenced';
  records.insert(kind, key, { ...(set as RecordKinds[K]), token });
  return 'stored';
}

function take(records: Records, { shard, expect, owner, token }: Take): Outcome {
  if ((records.token('shard', shard) ?? 0) !== expect) return 'fenced';
  records.replace('shard', shard, { owner, token });
  return 'stored';
}

/** Kinds whose records are removed under a fence: those that are put. */
const isFenced = (kind: RecordKind): boolean => tables[kind].fenced === true;

function remove(records: Records, { kind, key, token }: Remove): Outcome {
  if (token !== undefined && isFenced(kind) && (records.token(kind, key) ?? 0) > token) return 'fenced';
  records.remove(kind, key);
  return 'stored';
}

const mayCopy = (records: Records, { endpoint, token }: PutCopies | RemoveCopies): boolean =>
  (records.token('endpoint', endpoint) ?? 0) <= token;

/** Does one write inside the caller's transaction; what the answers mean stands at each write in ports/store. */
export function applyWrite({ records, copies }: Tables, write: Write): Outcome {
  switch (write.op) {
    case 'insert':
      return records.insert(write.kind, write.key, write.record) ? 'inserted' : 'exists';
    case 'put':
      return put(records, write);
    case 'replace':
      records.replace(write.kind, write.key, write.record);
      return 'stored';
    case 'take':
      return take(records, write);
    case 'raise':
      records.raise(write.shard, write.token);
      return 'stored';
    case 'copies':
      if (!mayCopy(records, write)) return 'fenced';
      copies.put(write.endpoint, write.slots);
      return 'stored';
    case 'remove':
      return remove(records, write);
    case 'remove copies':
      if (!mayCopy(records, write)) return 'fenced';
      copies.removeAll(write.endpoint);
      return 'stored';
  }
}
