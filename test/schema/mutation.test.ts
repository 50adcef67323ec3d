import { beforeAll, expect, test } from 'vitest';
import type { SentAnswer } from '../../services/graph-simulator/http/sent-answers.ts';
import { checkAnswer } from './check-answer.ts';
import { checkNotification } from './check-notification.ts';
import type { Model } from './model.ts';
import { mutantsOf } from './mutations.ts';
import { declarations } from './sources.ts';
import { type Journey, tour } from './tour.ts';

let journey: Journey;
beforeAll(async () => {
  journey = await tour();
});

const types: Model = declarations();

const nameOf = ({ request, answer }: SentAnswer): string =>
  `${request.method} ${request.path} ${request.query} ${answer.status}`;

function faultsOf(sent: SentAnswer, spoiled: Partial<SentAnswer['answer']>, model = types): string[] {
  return checkAnswer(model, { ...sent, answer: { ...sent.answer, ...spoiled } });
}

/**
 * What an entry of a batch holds is checked when it is told singly; a link, a count, members and a
 * deletion may be there or not (that of a contact shows by its lack of an etag, see below). */
const allowed =
  /^responses\.\d+\.(headers|body)\b|(@odata\.(nextLink|count)|members@delta|@removed): annotation dropped/;

test('issue 6, item 2: one of everything that the simulator answers fits the schema', () => {
  const faults = journey.answers.flatMap((sent) => faultsOf(sent, {}).map((fault) => `${nameOf(sent)}: ${fault}`));
  expect(faults).toEqual([]);
  expect(journey.notifications.flatMap(({ body }) => checkNotification(types, body))).toEqual([]);
  expect(journey.notifications.length).toBeGreaterThanOrEqual(2);
  expect(journey.answers.length).toBeGreaterThan(60);
});

test('issue 6, item 2: no renamed, ill-typed, dropped or extra property or annotation passes, wherever it is', () => {
  const passed = journey.answers.flatMap((sent) =>
    mutantsOf(sent.answer.body)
      .filter(({ what, body }) => !allowed.test(what) && faultsOf(sent, { body }).length === 0)
      .map(({ what }) => `${nameOf(sent)}: ${what}`),
  );
  expect(passed).toEqual([]);
});

test('issue 6, item 2: nor does one in a notification', () => {
  const passed = journey.notifications.flatMap(({ body }) =>
    mutantsOf(body)
      .filter(
        ({ what, body }) => !what.endsWith('etag: annotation dropped') && checkNotification(types, body).length === 0,
      )
      .map(({ what }) => what),
  );
  expect(passed).toEqual([]);
});

const spoil = (sent: SentAnswer | undefined, change: (body: Record<string, unknown>) => void): string[] => {
  if (!sent) throw new Error('The tour has no such answer.');
  const body = structuredClone(sent.answer.body) as Record<string, unknown>;
  change(body);
  return faultsOf(sent, { body });
};

const find = (text: string): SentAnswer | undefined => journey.answers.find((sent) => nameOf(sent).includes(text));

test('issue 6, item 2: wrong enum values, formats, nulls, contexts, statuses and headers are told', () => {
  const settings = find('/mailboxSettings  200');
  expect(spoil(settings, (body) => Object.assign(body, { userPurpose: 'robot' }))).toHaveLength(1);
  const created = journey.answers.find(({ answer }) => answer.status === 201);
  const contact = (change: object): string[] => spoil(created, (body) => Object.assign(body, change));
  expect(contact({})).toEqual([]);
  for (const change of [
    { createdDateTime: 'yesterday' },
    { createdDateTime: '2026-01-01T00:00:00' },
    { displayName: 7 },
    { id: 'short' },
    { id: null },
    { '@odata.etag': 'W/EQAAABYAAACd' },
    { '@odata.context': 'https://graph/v1.0/$metadata#users' },
    { displayName: undefined },
  ])
    expect(contact(change), JSON.stringify(change)).not.toEqual([]);
  if (!created) throw new Error('The tour creates nothing.');
  expect(faultsOf(created, { status: 200 })).not.toEqual([]);
  expect(faultsOf(created, { headers: {} })).not.toEqual([]);
  expect(faultsOf(created, { body: undefined })).not.toEqual([]);
  expect(faultsOf({ ...created, request: { ...created.request, path: '/me/contacts' } }, {})).not.toEqual([]);
});

test('graph.md 2.1: a page of a delta with two links or none, and a deletion that says more, are told', () => {
  const page = journey.answers.find(({ request }) => request.path.endsWith('/contacts/delta'));
  expect(spoil(page, () => undefined)).toEqual([]);
  expect(spoil(page, (body) => delete body['@odata.deltaLink'])).not.toEqual([]);
  expect(spoil(page, (body) => Object.assign(body, { '@odata.nextLink': body['@odata.deltaLink'] }))).not.toEqual([]);
  const gone = { '@odata.type': '#microsoft.graph.contact', id: 'A'.repeat(60), '@removed': { reason: 'deleted' } };
  expect(spoil(page, (body) => Object.assign(body, { value: [gone] }))).toEqual([]);
  expect(spoil(page, (body) => Object.assign(body, { value: [{ ...gone, givenName: 'Ann' }] }))).not.toEqual([]);
  expect(spoil(page, (body) => Object.assign(body, { value: [{ ...gone, '@removed': undefined }] }))).not.toEqual([]);
});
