import { z } from 'zod';
import type { GraphEngine } from '../engine/engine.ts';
import type { Folder } from '../engine/folder.ts';
import type { Item } from '../engine/item.ts';
import type { Mailbox } from '../engine/mailbox.ts';
import type { World } from '../engine/world.ts';
import { type ControlAnswer, type ControlRequest, found, ok } from './control-answer.ts';

/** One thing that another client or an administrator does in the world. */
type Act = (world: World, body: unknown, key: string, newGuid: () => string) => unknown;

const userBody = z.strictObject({
  upn: z.string(),
  displayName: z.string(),
  licensed: z.boolean().default(true),
  mailbox: z.enum(['user', 'shared', 'room', 'equipment', 'none']).default('user'),
  userType: z.enum(['Member', 'Guest']).default('Member'),
  properties: z.record(z.string(), z.unknown()).default({}),
});
const licenceBody = z.strictObject({ licensed: z.boolean(), readyAfterMs: z.number().nonnegative().default(0) });
const memberBody = z.strictObject({ add: z.array(z.string()).default([]), remove: z.array(z.string()).default([]) });
const folderBody = z.strictObject({ displayName: z.string().min(1), parentFolderId: z.string().default('contacts') });
const moveBody = z.strictObject({ itemId: z.string(), folderId: z.string() });
const privateBody = z.strictObject({ itemId: z.string(), private: z.boolean() });
const itemBody = z.strictObject({ itemId: z.string() });
const photoBody = z.strictObject({ base64: z.base64().nullable() });
const photoBytes = (base64: string | null): Uint8Array | null =>
  base64 === null ? null : Buffer.from(base64, 'base64');
const chance = z.number().min(0).max(1);
const quirksBody = z
  .strictObject({
    notesDroppedOnCreate: z.boolean(),
    deltaLosesReturned: z.boolean(),
    emptyDeltaPages: chance,
    deltaDuplicates: chance,
    licenceAnyFilterRefused: z.boolean(),
    memberLossUntold: z.boolean(),
    directoryDelayMs: z.number().nonnegative(),
    folderDeletionClash: z.enum(['none', 'ignored', 'refused']),
  })
  .partial();

const userOf = (world: World, key: string) => found(world.directory.user(key), `user ${key}`);
const objectOf = (world: World, key: string) =>
  found(world.directory.user(key) ?? world.directory.object(key), `object ${key}`);
const mailboxOf = (world: World, key: string): Mailbox => found(world.mailbox(key), `mailbox ${key}`);
const itemOf = (mailbox: Mailbox, id: string): Item => found(mailbox.itemById(id), `contact ${id}`);

function folderOf(mailbox: Mailbox, id: string): Folder {
  return id.toLowerCase() === 'contacts' ? mailbox.contacts : found(mailbox.folderById(id), `folder ${id}`);
}

const directoryActs: Readonly<Record<string, Act>> = {
  'POST users': (world, body, _, newGuid) => {
    const { upn, displayName, licensed, mailbox, userType, properties } = userBody.parse(body);
    const spec = { id: newGuid(), upn, displayName, licensed, userType, properties, mailbox: { kind: mailbox } };
    return { id: world.addUser(spec).id };
  },
  'PATCH users': (world, body, key) =>
    world.changeObject(objectOf(world, key), z.record(z.string(), z.unknown()).parse(body)),
  'POST users/delete': (world, _, key) => world.setDeleted(objectOf(world, key), 'soft'),
  'POST users/purge': (world, _, key) => world.setDeleted(objectOf(world, key), 'hard'),
  'POST users/restore': (world, _, key) => world.setDeleted(objectOf(world, key), 'no'),
  'POST users/licence': (world, body, key) => {
    const { licensed, readyAfterMs } = licenceBody.parse(body);
    world.setLicensed(userOf(world, key), licensed, readyAfterMs);
  },
  'POST users/photo': (world, body, key) =>
    world.setUserPhoto(userOf(world, key).id, photoBytes(photoBody.parse(body).base64)),
  'POST groups/members': (world, body, key) => {
    const { add, remove } = memberBody.parse(body);
    const group = objectOf(world, key);
    for (const member of add) world.setMember(group, objectOf(world, member).id, false);
    for (const member of remove) world.setMember(group, objectOf(world, member).id, true);
  },
  'PATCH quirks': (world, body) => Object.assign(world.quirks, quirksBody.parse(body)),
};

const mailboxActs: Readonly<Record<string, Act>> = {
  /** A second folder of the same name is possible here, as in Outlook. */
  'POST mailboxes/folders': (world, body, key) => {
    const { displayName, parentFolderId } = folderBody.parse(body);
    const mailbox = mailboxOf(world, key);
    return { id: mailbox.createFolder(folderOf(mailbox, parentFolderId), displayName, true).id };
  },
  'POST mailboxes/move': (world, body, key) => {
    const { itemId, folderId } = moveBody.parse(body);
    const mailbox = mailboxOf(world, key);
    const moved = mailbox.moveContact(itemOf(mailbox, itemId), folderOf(mailbox, folderId));
    return { id: mailbox.idOf(moved, false) };
  },
  'POST mailboxes/private': (world, body, key) => {
    const read = privateBody.parse(body);
    const mailbox = mailboxOf(world, key);
    world.setPrivate(mailbox, itemOf(mailbox, read.itemId), read.private);
  },
  'POST mailboxes/remove-photo': (world, body, key) => {
    const mailbox = mailboxOf(world, key);
    mailbox.setPhoto(itemOf(mailbox, itemBody.parse(body).itemId), null);
  },
  'POST mailboxes/language': (world, body, key) =>
    mailboxOf(world, key).setLanguage(z.strictObject({ language: z.string() }).parse(body).language),
  'POST mailboxes/empty-deleted-items': (world, _, key) => mailboxOf(world, key).emptyDeletedItems(),
  'POST mailboxes/forget-delta': (world, _, key) => world.forgetSyncStates(mailboxOf(world, key)),
};

const acts: Readonly<Record<string, Act>> = { ...directoryActs, ...mailboxActs };

/** What can be done in the world, as `METHOD thing/{key}/action`. */
export const worldActs: readonly string[] = Object.keys(acts).map((name) => {
  const [method, thing, action] = name.split(/[ /]/);
  const key = name === 'POST users' || name === 'PATCH quirks' ? '' : '/{key}';
  return `${method} world/${thing}${key}${action === undefined ? '' : `/${action}`}`;
});

/**
 * Acts as another client or an administrator: `POST world/mailboxes/{upn or id}/move` and the like.
 *
 * @throws Missing when there is no such act, user, folder or contact; ZodError for a body that does not fit
 */
export function actInWorld(
  method: string,
  { args, body }: ControlRequest,
  engine: GraphEngine,
  newGuid: () => string,
): ControlAnswer {
  const [thing = '', key = '', action] = args;
  const name = `${method} ${thing}${action === undefined ? '' : `/${action}`}`;
  return ok(found(acts[name], `act ${name}`)(engine.world, body, key, newGuid) ?? {});
}
