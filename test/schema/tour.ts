import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import {
  type SentAnswer,
  type SentNotification,
  sentAnswers,
  sentNotifications,
} from '../../services/graph-simulator/http/sent-answers.ts';
import type { Simulator } from '../../services/graph-simulator/service.ts';
import { at, client, control, type Send, simulate } from '../integration/graph-simulator/raw-client.ts';
import { type Webhook, webhook } from '../integration/graph-simulator/webhook.ts';
import { until } from '../support/until.ts';

const stamp = { id: 'String {66f5a359-4659-4830-9070-00047ec6ac6e} Name stamp', value: 'x' };
const expand = `$expand=singleValueExtendedProperties($filter=id eq '${encodeURIComponent(stamp.id)}')`;

/** One of everything, and what came of it. */
export interface Journey {
  readonly answers: readonly SentAnswer[];
  readonly notifications: readonly SentNotification[];
}

const scenario = {
  tenantId: '0b0b0b0b-0000-4000-8000-000000000001',
  domain: 'contoso.com',
  users: ['ada', 'ben'].map((name, at) => ({
    id: `0b0b0b0b-0000-4000-8000-00000000010${at}`,
    upn: `${name}@contoso.com`,
    displayName: name,
    licensed: true,
    photo: '/9j/4A==',
    mailbox: { kind: 'user' as const },
    properties: { department: 'Sales', businessPhones: ['+49 30 1'], assignedPlans: [] },
  })),
  groups: [
    {
      id: '0b0b0b0b-0000-4000-8000-000000000200',
      displayName: 'Sales',
      members: [
        '0b0b0b0b-0000-4000-8000-000000000100',
        '0b0b0b0b-0000-4000-8000-000000000101',
        '0b0b0b0b-0000-4000-8000-000000000300',
      ],
      properties: { groupTypes: ['Unified'], mailEnabled: true, securityEnabled: false },
    },
    { id: '0b0b0b0b-0000-4000-8000-000000000201', displayName: 'Empty', members: [] },
  ],
  orgContacts: [
    {
      id: '0b0b0b0b-0000-4000-8000-000000000300',
      displayName: 'Desk',
      mail: 'desk@fabrikam.com',
      properties: {
        phones: [{ type: 'business', number: '+1 1' }],
        addresses: [{ city: 'Bonn', officeLocation: null }],
      },
    },
  ],
};

const person = {
  givenName: 'Ann',
  surname: 'Doe',
  birthday: '1990-02-03T11:59:00Z',
  categories: ['Blue'],
  emailAddresses: [{ name: 'Ann', address: 'ann@example.org' }],
  businessPhones: ['+49 30 2'],
  homeAddress: { street: 'Weg 1', city: 'Bonn', postalCode: '53111', countryOrRegion: 'DE', state: 'NW' },
  personalNotes: 'note',
  singleValueExtendedProperties: [stamp],
};

async function tourContacts(send: Send, box: string): Promise<void> {
  const folder = String(
    at((await send('POST', `${box}/contactFolders`, { json: { displayName: 'Firm' } })).body, 'id'),
  );
  const place = `${box}/contactFolders/${folder}`;
  await send('POST', `${place}/childFolders`, { json: { displayName: 'Below' } });
  for (const path of [box, place, place])
    await send('POST', `${path}/contacts`, { json: { ...person, givenName: path.slice(0, 9) } });
  const id = String(at((await send('POST', `${place}/contacts`, { json: person })).body, 'id'));
  const link = String(at((await send('GET', `${place}/contacts/delta`)).body, '@odata.deltaLink'));
  const photo = { bytes: new Uint8Array([255, 216, 255]), headers: { 'content-type': 'image/jpeg' } };
  await send('PUT', `${place}/contacts/${id}/photo/$value`, photo);
  for (const tail of ['/photo', '/photo/$value', '', `?${expand}`, '?$select=displayName,emailAddresses'])
    await send('GET', `${place}/contacts/${id}${tail}`);
  for (const tail of ['?$top=1&$count=true', `?$select=surname&${expand}`, '/$count', '/delta?$select=displayName'])
    await send('GET', `${place}/contacts${tail}`);
  await send('PATCH', `${place}/contacts/${id}`, { json: { jobTitle: 'Chief' } });
  const exchange = { inputIds: [id, 'x'], sourceIdType: 'restId', targetIdType: 'restImmutableEntryId' };
  await send('POST', `${box}/translateExchangeIds`, { json: exchange });
  await send('DELETE', `${place}/contacts/${id}`);
  await send('GET', `${place}/contacts/${id}`);
  await send('GET', link);
  for (const tail of ['', '/delta', '/$count']) await send('GET', `${box}/contactFolders${tail}`);
  await send('GET', `${box}/contactFolders/delta`, { headers: { Prefer: 'odata.maxpagesize=1' } });
  await send('GET', `${place}/childFolders`);
  await send('PATCH', place, { json: { displayName: 'Firm 2' } });
  await send('GET', place);
  await send('DELETE', place);
}

async function tourDirectory(send: Send, simulator: Simulator, [ada, group]: readonly [string, string]): Promise<void> {
  const links: string[] = [];
  for (const root of ['users', 'groups', 'contacts']) {
    await send('GET', `/${root}`);
    await send('GET', `/${root}?$select=*&$top=1`);
    await send('GET', `/${root}/delta`, { headers: { Prefer: 'odata.maxpagesize=1' } });
    links.push(String(at((await send('GET', `/${root}/delta`)).body, '@odata.deltaLink')));
  }
  await send('GET', `/users/${ada}`);
  await send('GET', `/users/${ada}?$select=accountEnabled,proxyAddresses,assignedLicenses,createdDateTime`);
  await send('GET', `/groups/${group}`);
  for (const tail of ['members', 'transitiveMembers?$select=id,mail']) await send('GET', `/groups/${group}/${tail}`);
  const advanced = { headers: { ConsistencyLevel: 'eventual' } };
  await send('GET', `/groups/${group}/members/microsoft.graph.user?$count=true`, advanced);
  await send('GET', '/users/$count', advanced);
  for (const tail of [
    'photo',
    'photos',
    'photos/48x48',
    'photo/$value',
    'mailboxSettings',
    'mailboxSettings/userPurpose',
  ])
    await send('GET', `/users/${ada}/${tail}`);
  await control(simulator, 'POST', `/world/groups/${group}/members`, { remove: ['ben@contoso.com'] });
  await control(simulator, 'POST', '/world/users/ben@contoso.com/delete');
  for (const link of links) await send('GET', link);
}

async function tourSubscriptions(send: Send, simulator: Simulator, box: string, hook: Webhook): Promise<void> {
  const expirationDateTime = new Date(Date.now() + 3_600_000).toISOString();
  const resource = `${box.slice(1)}/contacts`;
  const addresses = { notificationUrl: `${hook.url}/change`, lifecycleNotificationUrl: `${hook.url}/life` };
  const json = { changeType: 'created,updated', resource, expirationDateTime, clientState: 'secret', ...addresses };
  const id = String(at((await send('POST', '/subscriptions', { json })).body, 'id'));
  await send('GET', '/subscriptions');
  await send('GET', `/subscriptions/${id}`);
  await send('PATCH', `/subscriptions/${id}`, { json: { expirationDateTime } });
  await send('POST', `/subscriptions/${id}/reauthorize`);
  await send('POST', `${box}/contacts`, { json: { givenName: 'New' } });
  await control(simulator, 'POST', `/subscriptions/${id}/lifecycle`, { event: 'missed' });
  await until('both notifications', () => hook.posts.length >= 2);
  await send('DELETE', `/subscriptions/${id}`);
}

async function tourTheRest(send: Send, simulator: Simulator, box: string): Promise<void> {
  const toRecipients = [{ emailAddress: { address: 'ann@example.org' } }];
  await send('POST', `${box}/sendMail`, { json: { message: { subject: 'Hi', toRecipients } } });
  const requests = ['contacts?$top=2', 'contacts/nothing', 'photo/$value'].map((path, at) => ({
    id: `${at}`,
    method: 'GET',
    url: `${box}/${path}`,
  }));
  await send('POST', '/$batch', { json: { requests } });
  simulator.settings.throttling = { ...simulator.settings.throttling, requestsPer10Minutes: 1 };
  await send('GET', `${box}/contacts`);
  await send('GET', '/nowhere');
}

/** Asks a simulator of its own for one of everything that it can answer. */
export async function tour(): Promise<Journey> {
  const answers: SentAnswer[] = [];
  const notifications: SentNotification[] = [];
  const onAnswer = (message: unknown): void => void answers.push(message as SentAnswer);
  const onNotification = (message: unknown): void => void notifications.push(message as SentNotification);
  subscribe(sentAnswers.name, onAnswer);
  subscribe(sentNotifications.name, onNotification);
  const simulator = await simulate({ scenario, allowHttpWebhooks: true });
  const send = await client(simulator);
  const ada = scenario.users[0]?.id ?? '';
  const box = `/users/${ada}`;
  await tourContacts(send, box);
  await tourDirectory(send, simulator, [ada, scenario.groups[0]?.id ?? '']);
  await tourSubscriptions(send, simulator, box, await webhook());
  await tourTheRest(send, simulator, box);
  unsubscribe(sentAnswers.name, onAnswer);
  unsubscribe(sentNotifications.name, onNotification);
  return { answers, notifications };
}
