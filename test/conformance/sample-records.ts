import type { Copy } from '#core/copy';
import { endpointKey } from '#core/keys';
import type { CommitRecord, EndpointRecord, HoldRecord, OrderRecord, RetryRecord } from '#core/records';
import type { Write } from '#ports/store';

/** Records that a store must take, with what a test does not care about filled in. */
export const endpointOf = (over: Partial<EndpointRecord> = {}): EndpointRecord => ({
  policy: 'customers',
  mailbox: 'mbx1',
  folder: 'default',
  shard: '07',
  token: 1,
  role: 'target',
  tenant: 'contoso',
  user: '00000000-0000-4000-8000-000000000001',
  address: 'ann@contoso.example',
  path: ['Kunden', 'Größe XL'],
  folderId: null,
  folderOurs: false,
  generation: 'g1',
  state: 'active',
  inDoubt: false,
  applied: 0,
  read: { link: null, revision: 0, time: 0 },
  dueAt: 0,
  code: null,
  tries: 0,
  held: false,
  purge: false,
  unseen: false,
  others: 0,
  inventoryAt: 0,
  ...over,
});

export const retryOf = (over: Partial<RetryRecord> = {}): RetryRecord => ({
  endpoint: 'customers/mbx1/default',
  number: 1,
  token: 1,
  shard: '07',
  policy: 'customers',
  due: 1000,
  tries: 1,
  code: 'throttled',
  reason: 'asked to wait',
  since: 500,
  revision: 1,
  ...over,
});

export const holdOf = (over: Partial<HoldRecord> = {}): HoldRecord => ({
  policy: 'customers',
  endpoint: 'customers/mbx1/default',
  shard: '07',
  token: 1,
  kind: 'deletions',
  cards: [1, 2, 3],
  reason: '3 of 3 cards would go',
  since: 100,
  state: 'held',
  ...over,
});

export const orderOf = (over: Partial<OrderRecord> = {}): OrderRecord => ({
  kind: 'run',
  policy: 'customers',
  scope: null,
  by: 'ann',
  reason: 'asked for',
  at: 1,
  state: 'open',
  ...over,
});

/** A commit with so many versions. */
export const commitOf = (revision: number, versions = 1, over: Partial<CommitRecord> = {}): CommitRecord => ({
  book: 'customers',
  revision,
  time: revision * 10,
  token: 1,
  cardsBorn: versions,
  versions: Array.from({ length: versions }, (_, i) => ({
    card: `card-${i}`,
    number: i + 1,
    bornAt: revision,
    state: 'live',
    since: revision * 10,
    fields: { displayName: `Zoë ${i} 🌲`, emailAddresses: [{ address: `z${i}@contoso.example` }] },
    source: { endpoint: 'customers/hub/default', item: `item-${i}` },
  })),
  observed: { 'customers/hub/default': { link: null, copies: { 1: copyOf(1), 2: null } } },
  ...over,
});

/** Ids, etags and hashes of the length and likeness that Graph's have. */
export const copyOf = (number: number, over: Partial<Copy> = {}): Copy => ({
  item: `AAkALgAAAAAAHYQDEapmEc2byACqAC-EWg0ABbq3Yp5eTEmpJk3xO6pJjAACQ4cFjgAAuGrfjUVMRkqTq2vKSU6NKgAG${number.toString(36).padStart(8, '0')}AAA=`,
  etag: `W/"EQAAABYAAAC4at+NRUxGSpOra8pJTo0qAAbN${number.toString(36).padStart(6, '0')}"`,
  seen: Buffer.from(String(number).padStart(8, '0')).toString('base64url'),
  written: 412,
  ...over,
});

export const mbx = (n: number): string => endpointKey('customers', `mbx${n}`, 'default');

export const insertEndpoint = (key: string, over: Partial<EndpointRecord> = {}): Write => ({
  op: 'insert',
  kind: 'endpoint',
  key,
  record: endpointOf(over),
});

export const insertFact = (key: string, value: unknown): Write => ({
  op: 'insert',
  kind: 'fact',
  key,
  record: { value },
});
