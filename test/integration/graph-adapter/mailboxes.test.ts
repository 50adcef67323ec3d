import { afterEach, describe, expect, test } from 'vitest';
import type { Item } from '#core/item';
import type { Rendering } from '#core/rendering';
import type { DeltaPage, Place } from '#ports/mailboxes';
import { type Connected, connectTo, live, mailbox, people } from './company.ts';

const rendering = (displayName: string, more: Partial<Rendering['fields']> = {}): Rendering => ({
  owned: [
    'displayName',
    'givenName',
    'surname',
    'businessPhones',
    'emailAddresses',
    'businessAddress',
    'birthday',
    'personalNotes',
  ],
  fields: { displayName, ...more },
});

let connected: Connected | undefined;
afterEach(async () => {
  const breaches = connected?.simulator.judge.breaches();
  await connected?.close();
  connected = undefined;
  expect(breaches).toEqual([]);
});

async function start(...options: Parameters<typeof connectTo>): Promise<Connected> {
  connected = await connectTo(...options);
  return connected;
}

async function defaultPlace({ mailboxes }: Connected, n = 0): Promise<Place> {
  const folder = await mailboxes.findFolder(mailbox(n), [], live);
  return { ...mailbox(n), folder: folder?.id ?? '' };
}

async function listed({ mailboxes }: Connected, place: Place): Promise<Item[]> {
  const items: Item[] = [];
  for await (const page of mailboxes.list(place, live)) items.push(...page);
  return items;
}

async function round(
  { mailboxes }: Connected,
  place: Place,
  link: string | null,
): Promise<{ pages: DeltaPage[]; link: string }> {
  const pages: DeltaPage[] = [];
  for (let at = link; ; ) {
    const page = await mailboxes.delta(place, at, live);
    pages.push(page);
    if (page.link !== undefined) return { pages, link: page.link };
    at = page.next;
  }
}

describe('items', () => {
  test('create, get, update under If-Match, clear, delete: as the server shows them', async () => {
    const graph = await start(people(1));
    const { mailboxes } = graph;
    const place = await defaultPlace(graph);
    const full = rendering('Ann Doe', {
      givenName: 'Ann',
      businessPhones: ['+1 425 555 0100'],
      emailAddresses: [{ address: 'ann@fabrikam.com', name: 'Ann Doe' }],
      businessAddress: { city: 'Redmond' },
      personalNotes: 'two\nlines',
    });
    const created = await mailboxes.create(place, full, 'stamp-1', live);
    expect(created).toMatchObject({ folder: place.folder, stamp: 'stamp-1', private: false, missing: [] });
    expect(created.fields).toMatchObject(full.fields);
    const read = await mailboxes.get(place, created.id, live);
    expect(read).toEqual(created);

    const updated = await mailboxes.update(place, created.id, created.etag, rendering('Ann Roe'), live);
    expect(updated.etag).not.toBe(created.etag);
    expect(updated.fields).toMatchObject({ displayName: 'Ann Roe' });
    for (const name of ['givenName', 'businessPhones', 'emailAddresses', 'businessAddress', 'personalNotes'] as const) {
      expect(updated.fields[name], name).toBeUndefined();
    }
    expect(await mailboxes.get(place, created.id, live)).toMatchObject({ stamp: 'stamp-1', etag: updated.etag });

    await expect(mailboxes.update(place, created.id, created.etag, full, live)).rejects.toMatchObject({
      kind: 'conflict',
    });
    await expect(mailboxes.delete(place, created.id, created.etag, live)).rejects.toMatchObject({ kind: 'conflict' });
    await mailboxes.delete(place, created.id, updated.etag, live);
    await expect(mailboxes.delete(place, created.id, updated.etag, live)).rejects.toMatchObject({ kind: 'item gone' });
    await expect(mailboxes.update(place, created.id, updated.etag, full, live)).rejects.toMatchObject({
      kind: 'item gone',
    });
    expect(graph.graph.stats()['t']?.tokens).toBe(1);
  });

  test('a list brings stamps and private flags, page by page', async () => {
    const explicit = Array.from({ length: 450 }, (_, n) => ({
      displayName: `Contact ${n}`,
      ...(n === 3 && {
        singleValueExtendedProperties: [
          { id: 'Boolean {00062008-0000-0000-C000-000000000046} Id 0x8506', value: 'true' },
        ],
      }),
      ...(n === 4 && { singleValueExtendedProperties: [{ id: 'Integer 0x0036', value: '2' }] }),
    }));
    const graph = await start(people(1, { explicit }));
    const place = await defaultPlace(graph);
    await graph.mailboxes.create(place, rendering('Ours'), 'stamp-2', live);
    const items = await listed(graph, place);
    expect(items).toHaveLength(451);
    expect(
      items
        .filter((item) => item.private)
        .map(({ fields }) => fields.displayName)
        .toSorted(),
    ).toEqual(['Contact 3', 'Contact 4']);
    expect(items.filter(({ stamp }) => stamp !== undefined)).toMatchObject([
      { stamp: 'stamp-2', fields: { displayName: 'Ours' } },
    ]);
    expect(items.every(({ missing, folder }) => missing.length === 0 && folder === place.folder)).toBe(true);
  });

  test('A-55: notes that a list cuts are read whole', async () => {
    const personalNotes = `\n${'long '.repeat(100)}end`;
    const graph = await start(people(1, { explicit: [{ displayName: 'Ann', personalNotes }] }));
    const [item] = await listed(graph, await defaultPlace(graph));
    expect(item?.fields.personalNotes).toBe(personalNotes);
  });

  test('photos come back as they were set; none is none', async () => {
    const graph = await start(people(1));
    const place = await defaultPlace(graph);
    const item = await graph.mailboxes.create(place, rendering('Ann'), 's', live);
    expect(await graph.mailboxes.photo(place, item.id, live)).toBeUndefined();
    const jpeg = new Uint8Array([
      0xff,
      0xd8,
      0xff,
      0xe0,
      ...Array.from({ length: 2000 }, (_, n) => n % 256),
      0xff,
      0xd9,
    ]);
    await graph.mailboxes.setPhoto(place, item.id, jpeg, live);
    expect(new Uint8Array((await graph.mailboxes.photo(place, item.id, live)) as Uint8Array)).toEqual(jpeg);
    const { etag } = (await graph.mailboxes.get(place, item.id, live)) as Item;
    await graph.mailboxes.delete(place, item.id, etag, live);
    await expect(graph.mailboxes.setPhoto(place, item.id, jpeg, live)).rejects.toMatchObject({ kind: 'item gone' });
    expect(await graph.mailboxes.photo(place, item.id, live)).toBeUndefined();
  });
});

describe('delta', () => {
  test('a first round names every item, the next only what changed, in pages of the asked size', async () => {
    const explicit = Array.from({ length: 450 }, (_, n) => ({ displayName: `Contact ${n}` }));
    const graph = await start(people(1, { explicit }));
    const place = await defaultPlace(graph);
    const first = await round(graph, place, null);
    expect(
      first.pages
        .map(({ hints }) => hints.length)
        .toSorted((a, b) => b - a)
        .slice(0, 3),
    ).toEqual([200, 200, 50]);
    const hints = first.pages.flatMap((page) => page.hints);
    const items = await listed(graph, place);
    const etags = new Map(items.map(({ id, etag }) => [id, etag]));
    for (const hint of hints) expect(hint).toEqual({ id: hint.id, etag: etags.get(hint.id), removed: false });

    const [gone] = items as [Item];
    await graph.mailboxes.delete(place, gone.id, gone.etag, live);
    const made = await graph.mailboxes.create(place, rendering('New'), 's', live);
    const second = await round(graph, place, first.link);
    expect(
      second.pages.flatMap((page) => page.hints).toSorted((a, b) => Number(a.removed) - Number(b.removed)),
    ).toEqual([
      { id: made.id, etag: made.etag, removed: false },
      { id: gone.id, removed: true },
    ]);
  });

  test('a dead link, and a folder that is gone', async () => {
    const graph = await start(people(1));
    const { simulator, mailboxes } = graph;
    const folder = await mailboxes.makeFolder(mailbox(0), ['Company'], 'mark', live);
    const place = { ...mailbox(0), folder: folder.id };
    const { link } = await round(graph, place, null);
    simulator.faults.add({ kind: 'deltaExpired', mailbox: place.user });
    await expect(mailboxes.delta(place, link, live)).rejects.toMatchObject({ kind: 'cursor expired' });
    await mailboxes.deleteFolder(place, folder.id, live);
    await expect(mailboxes.delta(place, null, live)).rejects.toMatchObject({ kind: 'folder gone' });
    await expect(mailboxes.create(place, rendering('x'), 's', live)).rejects.toMatchObject({ kind: 'folder gone' });
    await expect(listed(graph, place)).rejects.toMatchObject({ kind: 'folder gone' });
  });
});

describe('folders', () => {
  test('K-02: the default folder is found whatever its name, and never by it', async () => {
    const graph = await start(people(1));
    const folder = await graph.mailboxes.findFolder(mailbox(0), [], live);
    expect(folder?.name).toBe('Kontakte');
    expect(await graph.mailboxes.findFolder(mailbox(0), ['Kontakte'], live)).toBeUndefined();
    expect(await graph.mailboxes.folder(mailbox(0), folder?.id ?? '', live)).toEqual(folder);
  });

  test('K-01: nested folders are made once, marked, and found without regard to case', async () => {
    const graph = await start(people(1));
    const { mailboxes } = graph;
    expect(await mailboxes.findFolder(mailbox(0), ['Company', "O'Brien"], live)).toBeUndefined();
    const made = await mailboxes.makeFolder(mailbox(0), ['Company', "O'Brien"], 'mark', live);
    expect(made).toMatchObject({ name: "O'Brien", stamp: 'mark' });
    expect(await mailboxes.findFolder(mailbox(0), ['COMPANY', "o'brien"], live)).toEqual(made);
    expect(await mailboxes.makeFolder(mailbox(0), ['company', "O'brien"], 'other', live)).toEqual(made);
    expect(await mailboxes.folder(mailbox(0), made.id, live)).toEqual(made);
    await mailboxes.deleteFolder(mailbox(0), made.id, live);
    expect(await mailboxes.folder(mailbox(0), made.id, live)).toBeUndefined();
    await mailboxes.deleteFolder(mailbox(0), made.id, live);
  });

  test('K-01: two who make it at once end with one', async () => {
    const graph = await start(people(1));
    const [a, b] = await Promise.all(
      [1, 2].map(() => graph.mailboxes.makeFolder(mailbox(0), ['Company'], 'mark', live)),
    );
    expect(a).toEqual(b);
  });

  test('F39: a folder made behind a 503 is found, not made twice', async () => {
    const graph = await start(people(1));
    graph.simulator.faults.add({ method: 'POST', path: 'childFolders', status: 503, afterEffect: true });
    const made = await graph.mailboxes.makeFolder(mailbox(0), ['Company'], 'mark', live);
    expect(made).toMatchObject({ name: 'Company', stamp: 'mark' });
    expect(await graph.mailboxes.findFolder(mailbox(0), ['Company'], live)).toEqual(made);
  });
});

describe('trouble', () => {
  test('F37: a mailbox that answers by turns is unavailable each time', async () => {
    const graph = await start(people(1));
    const place = await defaultPlace(graph);
    const turns = [
      { status: 503, code: 'MailboxInfoStale' },
      { status: 404, code: 'ResourceNotFound' },
      { status: 404, code: 'MailboxNotEnabledForRESTAPI' },
      { status: 401, code: 'MailboxNotSupportedForRESTAPI' },
    ];
    graph.simulator.faults.add({ mailbox: place.user, turns, times: 4 });
    for (const { code } of turns) {
      await expect(graph.mailboxes.get(place, 'AAMk=', live)).rejects.toMatchObject({
        kind: 'mailbox unavailable',
        code,
      });
    }
  });

  test('a create that was stored behind a 503 or a cut connection is unanswered, and stored once', async () => {
    const graph = await start(people(1));
    const place = await defaultPlace(graph);
    graph.simulator.faults.add({ method: 'POST', path: '/contacts', status: 503, afterEffect: true });
    await expect(graph.mailboxes.create(place, rendering('A'), 's1', live)).rejects.toMatchObject({
      kind: 'unanswered',
    });
    graph.simulator.faults.add({ method: 'POST', path: '/contacts', drop: 'after' });
    await expect(graph.mailboxes.create(place, rendering('B'), 's2', live)).rejects.toMatchObject({
      kind: 'unanswered',
    });
    const items = await listed(graph, place);
    expect(items.map(({ stamp }) => stamp).toSorted()).toEqual(['s1', 's2']);
  });

  test('a throttled create did nothing and tells how long to wait', async () => {
    const graph = await start(people(1));
    const place = await defaultPlace(graph);
    graph.simulator.faults.add({ method: 'POST', path: '/contacts', status: 429, retryAfter: 9 });
    await expect(graph.mailboxes.create(place, rendering('A'), 's', live)).rejects.toMatchObject({
      kind: 'throttled',
      retryAfterMs: 9000,
      scope: 'mailbox',
    });
  });

  test('the app may be scoped away from a mailbox', async () => {
    const graph = await start(people(2));
    const app = graph.simulator.apps.get(graph.simulator.clientId);
    if (app) app.accessPolicy = { kind: 'deny', mailboxes: new Set([mailbox(1).user]), from: 0 };
    await expect(graph.mailboxes.findFolder(mailbox(1), [], live)).rejects.toMatchObject({
      kind: 'mailbox unavailable',
      code: 'ErrorAccessDenied',
    });
    expect(await graph.mailboxes.findFolder(mailbox(0), [], live)).toBeDefined();
  });

  test('Graph’s time is known after the first answer', async () => {
    const graph = await start(people(1));
    expect(graph.mailboxes.now('t')).toBeUndefined();
    await defaultPlace(graph);
    expect(Math.abs((graph.mailboxes.now('t') ?? 0) - Date.now())).toBeLessThan(2000);
  });
});
