import { firstByte, key12, uuid5 } from './digest.ts';
import type { ShardKey } from './records.ts';

const SHARDS = 64;
/** Namespace of all card ids. Never changes: a new one would make every stamp of every mailbox foreign. */
const cardNamespace = '5d1f7c0e-9b0a-4f5e-8a53-6c1e7f2b94d8';

/** Key of a mailbox, 16 characters: tenant GUID and object id of its owner, whatever their case (PROTOCOL 2.4). */
export const mailboxKey = (tenantId: string, userId: string): string =>
  key12(`${tenantId.toLowerCase()}/${userId.toLowerCase()}`);

/** A name may hold the `/` that joins the names of a path. */
const escapedName = (name: string): string => name.normalize('NFC').replaceAll('~', '~0').replaceAll('/', '~1');

/** Key of a folder by its configured path below the default folder: `default`, or 16 characters (PROTOCOL 2.4). */
export const folderKey = (path: readonly string[]): string =>
  path.length === 0 ? 'default' : key12(path.map(escapedName).join('/'));

const shardName = (n: number): ShardKey => String(n).padStart(2, '0');

/** The shard that a mailbox belongs to, for ever (PROTOCOL 2.4). */
export const shardOf = (key: string): ShardKey => shardName(firstByte(key) % SHARDS);

/** `00` … `63`; the pseudo shard `time` is none of them. */
export const allShards: readonly ShardKey[] = Array.from({ length: SHARDS }, (_, n) => shardName(n));

/**
 * Id of the card that an item of a source brings: the same in every run, whatever the store knows (PROTOCOL 2.4).
 * The item id counts by capital and small letters, the GUIDs do not.
 */
export const cardId = (tenantId: string, userId: string, itemId: string): string =>
  uuid5(cardNamespace, `${tenantId.toLowerCase()}/${userId.toLowerCase()}/${itemId}`);
