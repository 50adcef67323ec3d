import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Folder } from '../../../services/graph-simulator/engine/folder.ts';
import type { Item } from '../../../services/graph-simulator/engine/item.ts';
import type { Mailbox } from '../../../services/graph-simulator/engine/mailbox.ts';
import { ann, person, round, type SmallWorld, smallWorld } from './small-world.ts';

const contacts = `/users/${ann}/contacts`;

/** A client that follows the delta of the default folder, page by page. */
class Follower {
  readonly known = new Map<unknown, unknown>();
  readonly #world: SmallWorld;
  readonly #headers: Record<string, string>;
  #link = `${contacts}/delta`;

  constructor(world: SmallWorld, headers: Record<string, string>) {
    this.#world = world;
    this.#headers = headers;
  }

  /** Whether the round goes on after this page. */
  page(): boolean {
    const body = this.#world.ok('GET', this.#link, { headers: this.#headers });
    for (const row of body['value'] as Record<string, unknown>[]) {
      if (row['@removed']) this.known.delete(row['id']);
      else this.known.set(row['id'], row['changeKey']);
    }
    this.#link = String(body['@odata.nextLink'] ?? body['@odata.deltaLink']);
    return body['@odata.nextLink'] !== undefined;
  }

  toTheEnd(): void {
    while (this.page());
  }
}

interface Scene {
  readonly world: SmallWorld;
  readonly mailbox: Mailbox;
  readonly team: Folder;
  readonly follower: Follower;
}

function sceneOf(prefer: string): Scene {
  const world = smallWorld({
    generated: { flavour: 'people', seed: 1, count: 4 },
    folders: [{ displayName: 'Team' }],
  });
  const mailbox = world.engine.world.mailbox(ann);
  const team = mailbox?.folders.find(({ displayName }) => displayName === 'Team');
  if (!mailbox || !team) throw new Error('no mailbox');
  return { world, mailbox, team, follower: new Follower(world, { prefer }) };
}

/** One contact of a folder, if it has any. */
function one(mailbox: Mailbox, folder: Folder, pick: number): Item | undefined {
  const numbers = [...folder.members.from(0)];
  return mailbox.item(numbers[pick % Math.max(1, numbers.length)] ?? -1);
}

const onOne =
  (act: (scene: Scene, item: Item, pick: number) => void, place: (scene: Scene) => Folder) =>
  (scene: Scene, pick: number): void => {
    const item = one(scene.mailbox, place(scene), pick);
    if (item) act(scene, item, pick);
  };

const here = ({ mailbox }: Scene): Folder => mailbox.contacts;

const steps: Readonly<Record<string, (scene: Scene, pick: number) => void>> = {
  create: ({ world }, pick) => void world.ok('POST', contacts, { body: person(pick) }),
  update: onOne(({ world, mailbox }, item, pick) => {
    world.ok('PATCH', `${contacts}/${mailbox.idOf(item, false)}`, { body: { jobTitle: `T${pick}` } });
  }, here),
  remove: onOne(({ mailbox }, item) => mailbox.deleteContact(item), here),
  away: onOne(({ mailbox, team }, item) => void mailbox.moveContact(item, team), here),
  back: onOne(
    ({ mailbox }, item) => void mailbox.moveContact(item, mailbox.contacts),
    ({ team }) => team,
  ),
  page: ({ follower }) => void follower.page(),
  round: ({ follower }) => follower.toTheEnd(),
};

const play = fc.array(fc.tuple(fc.constantFrom(...Object.keys(steps)), fc.nat(50)), { maxLength: 60 });

test('graph 2.1: whatever happens between and during rounds, applying them gives what the list shows', () => {
  fc.assert(
    fc.property(play, fc.boolean(), fc.integer({ min: 1, max: 5 }), (played, immutable, size) => {
      const prefer = `odata.maxpagesize=${size}${immutable ? ', IdType="ImmutableId"' : ''}`;
      const scene = sceneOf(prefer);
      for (const [name, pick] of played) steps[name]?.(scene, pick);
      // Once to end the round that was open, once to see what happened during it.
      scene.follower.toTheEnd();
      scene.follower.toTheEnd();
      const listed = round(scene.world, `${contacts}?$top=100`, { prefer }).rows;
      expect(new Map(listed.map((row) => [row['id'], row['changeKey']]))).toEqual(scene.follower.known);
    }),
    { numRuns: 400, seed: 11 },
  );
});
