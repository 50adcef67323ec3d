import { DefaultHeaders, DefaultInit, graphfi } from '@pnp/graph';
import '@pnp/graph/batching.js';
import type { IContactFolders, IContacts } from '@pnp/graph/contacts/index.js';
import '@pnp/graph/contacts/index.js';
import '@pnp/graph/fi.js';
import type { IUsers } from '@pnp/graph/users/index.js';
import '@pnp/graph/users/index.js';
import { BrowserFetchWithRetry, DefaultParse, InjectHeaders } from '@pnp/queryable';
import { expect, test } from 'vitest';
import { secureSimulator } from './secure-simulator.ts';

// The package extends its own types by paths without an extension, which TypeScript does not find under nodenext.
declare module '@pnp/graph/fi.js' {
  interface GraphFI {
    readonly users: IUsers;
    batched(): [this, () => Promise<void>];
  }
}
declare module '@pnp/graph/users/types.js' {
  interface IUser {
    readonly contacts: IContacts;
    readonly contactFolders: IContactFolders;
  }
}

async function pnp() {
  const { simulator, token } = await secureSimulator();
  const graph = graphfi().using(
    DefaultHeaders(),
    DefaultInit(`${simulator.graphUrl}/v1.0`),
    BrowserFetchWithRetry(),
    DefaultParse(),
    InjectHeaders({ Authorization: `Bearer ${token}` }),
  );
  return { simulator, graph };
}

test('issue 6, item 3; graph.md 12, 10: PnPjs adds (as surName), filters, changes and deletes', async () => {
  const { graph, simulator } = await pnp();
  const { contacts } = graph.users.getById('ada@contoso.com');
  const emails = [{ address: 'mei@fabrikam.com', name: 'Mei' }];
  const made = await contacts.add('Mei', "O'Hara Lin", emails, ['+44 20 7946 0018'], { companyName: 'Fabrikam' });
  expect(made).toMatchObject({ givenName: 'Mei', surname: "O'Hara Lin", businessPhones: ['+44 20 7946 0018'] });
  // Spaces of the filter travel as plus signs (graph.md 12, 13).
  const found = await contacts.filter("companyName eq 'Fabrikam' and surname eq 'O''Hara Lin'").select('id')();
  expect(found.map(({ id }) => id)).toEqual([made.id]);
  const one = contacts.getById(made.id ?? '');
  await one.update({ jobTitle: 'Editor' });
  expect(await one()).toMatchObject({ jobTitle: 'Editor', companyName: 'Fabrikam' });
  await one.delete();
  await expect(one()).rejects.toThrow('ErrorItemNotFound');
  expect(simulator.judge.breaches()).toEqual([]);
});

test('issue 6, item 3: PnPjs walks folders and all pages of a list', async () => {
  const { graph } = await pnp();
  const ada = graph.users.getById('ada@contoso.com');
  const folder = await ada.contactFolders.add('Presse');
  const { contacts } = ada.contactFolders.getById(folder.id ?? '');
  for (let index = 0; index < 7; index++) await contacts.add(`Person ${index}`, 'Doe', [], []);
  const seen = [];
  for await (const page of contacts.top(3)) seen.push(...page);
  expect(new Set(seen.map(({ givenName }) => givenName)).size).toBe(7);
});

test('issue 6, item 3; graph.md 5: PnPjs sends a batch and gives each part to its asker', async () => {
  const { graph, simulator } = await pnp();
  const [batched, execute] = graph.batched();
  const made = batched.users.getById('ada@contoso.com').contacts.add('Ann', 'Doe', [], []);
  const missing = batched.users.getById('nobody@contoso.com').contacts();
  const folders = batched.users.getById('bob@contoso.com').contactFolders();
  const settled = Promise.allSettled([made, missing, folders]);
  await execute();
  const [first, second, third] = await settled;
  expect(first).toMatchObject({ status: 'fulfilled', value: { givenName: 'Ann' } });
  expect(second.status).toBe('rejected');
  expect(third).toMatchObject({ status: 'fulfilled', value: expect.any(Array) });
  expect(simulator.journal.entries().filter(({ batch }) => batch)).toHaveLength(3);
});
