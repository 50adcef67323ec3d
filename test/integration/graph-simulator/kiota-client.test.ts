import type { AccessTokenProvider } from '@microsoft/kiota-abstractions';
import { AllowedHostsValidator, BaseBearerTokenAuthenticationProvider } from '@microsoft/kiota-abstractions';
import { DefaultRequestAdapter } from '@microsoft/kiota-bundle';
import { createGraphServiceClient } from '@microsoft/msgraph-sdk';
import '@microsoft/msgraph-sdk-users';
import { expect, test } from 'vitest';
import { secureSimulator } from './secure-simulator.ts';

async function kiota() {
  const { simulator, token } = await secureSimulator();
  const tokens: AccessTokenProvider = {
    getAuthorizationToken: async () => token,
    getAllowedHostsValidator: () => new AllowedHostsValidator(new Set(['127.0.0.1'])),
  };
  const adapter = new DefaultRequestAdapter(new BaseBearerTokenAuthenticationProvider(tokens));
  adapter.baseUrl = `${simulator.graphUrl}/v1.0`;
  return { simulator, ada: createGraphServiceClient(adapter).users.byUserId('ada@contoso.com') };
}

test('issue 6, item 3: kiota creates, reads, changes and deletes a contact in a folder of its own', async () => {
  const { simulator, ada } = await kiota();
  const folder = await ada.contactFolders.post({ displayName: 'Lieferanten' });
  const { contacts } = ada.contactFolders.byContactFolderId(folder?.id ?? '');
  const born = new Date('1986-05-30T11:59:00Z');
  const made = await contacts.post({
    givenName: 'Zoë',
    surname: 'Ångström',
    birthday: born,
    emailAddresses: [{ address: 'zoe@fabrikam.com', name: 'Zoë' }],
    homeAddress: { city: 'Malmö' },
  });
  const one = contacts.byContactId(made?.id ?? '');
  expect(await one.get()).toMatchObject({
    displayName: 'Zoë Ångström',
    birthday: born,
    homeAddress: { city: 'Malmö' },
  });
  await one.patch({ jobTitle: 'Curator' });
  expect((await contacts.get({ queryParameters: { select: ['jobTitle'], top: 5 } }))?.value).toMatchObject([
    { jobTitle: 'Curator' },
  ]);
  await one.delete();
  await expect(one.get()).rejects.toMatchObject({
    responseStatusCode: 404,
    errorEscaped: { code: 'ErrorItemNotFound' },
  });
  expect(simulator.judge.breaches()).toEqual([]);
});

test('issue 6, item 3; graph.md 12, 13: kiota follows /delta() to its end and hears of a deletion', async () => {
  const { ada } = await kiota();
  const folder = await ada.contactFolders.post({ displayName: 'Kunden' });
  const { contacts } = ada.contactFolders.byContactFolderId(folder?.id ?? '');
  for (const givenName of ['Ann', 'Bo', 'Cem']) await contacts.post({ givenName });
  const seen: (string | null | undefined)[] = [];
  let page = await contacts.delta.get({ headers: { Prefer: 'odata.maxpagesize=1' } });
  while (page?.odataNextLink) {
    seen.push(...(page.value ?? []).map(({ givenName }) => givenName));
    page = await contacts.delta.withUrl(page.odataNextLink).get({ headers: { Prefer: 'odata.maxpagesize=1' } });
  }
  seen.push(...(page?.value ?? []).map(({ givenName }) => givenName));
  expect(new Set(seen)).toEqual(new Set(['Ann', 'Bo', 'Cem']));
  const listed = await contacts.get();
  const gone = listed?.value?.[0]?.id ?? '';
  await contacts.byContactId(gone).delete();
  const later = await contacts.delta.withUrl(page?.odataDeltaLink ?? '').get();
  expect(later?.value).toMatchObject([{ id: gone, additionalData: { '@removed': { reason: 'deleted' } } }]);
});

test('issue 6, item 3: kiota waits as Retry-After says and succeeds', async () => {
  const { simulator, ada } = await kiota();
  simulator.faults.add({ status: 429, retryAfter: 1 });
  expect((await ada.contacts.get())?.value).toHaveLength(2);
  expect(simulator.journal.entries({ path: '/contacts' }).map(({ status }) => status)).toEqual([429, 200]);
  expect(simulator.judge.breaches()).toEqual([]);
});
