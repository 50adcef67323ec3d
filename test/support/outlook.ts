import { stampGuid, stampName } from '#core/stamp';
import type { Simulator } from '../../services/graph-simulator/service.ts';

/** A contact as Graph shows it over HTTP. */
export type RawContact = Readonly<Record<string, unknown>> & { readonly id: string; readonly '@odata.etag': string };

const STAMP = `String {${stampGuid}} Name ${stampName}`;

/** A second app, as Outlook, a phone or an administrator: raw Graph calls, never through our own adapter. */
export class Outlook {
  /** By which the simulator's journal tells its requests from ours. */
  readonly clientId: string;
  readonly #simulator: Simulator;
  readonly #secret: string;
  #token: Promise<string> | undefined;

  constructor(simulator: Simulator) {
    this.#simulator = simulator;
    const app = simulator.addApp(['Contacts.ReadWrite', 'Contacts.Read', 'User.Read.All']);
    this.clientId = app.clientId;
    this.#secret = app.clientSecret;
  }

  async #login(): Promise<string> {
    const { loginUrl, tenantId, graphUrl } = this.#simulator;
    const body = new URLSearchParams({
      client_id: this.clientId,
      client_secret: this.#secret,
      grant_type: 'client_credentials',
      scope: `${graphUrl}/.default`,
    });
    const answer = await fetch(`${loginUrl}/${tenantId}/oauth2/v2.0/token`, { method: 'POST', body });
    const { access_token: token } = (await answer.json()) as { access_token?: string };
    if (!token) throw new Error(`no token: ${answer.status}`);
    return token;
  }

  /** One call; throws on any status of 400 and above unless it is expected. */
  async call(
    method: string,
    path: string,
    body?: unknown,
    headers: Readonly<Record<string, string>> = {},
  ): Promise<Response> {
    this.#token ??= this.#login();
    const url = path.startsWith('http') ? path : `${this.#simulator.graphUrl}/v1.0${path}`;
    const binary = body instanceof Uint8Array;
    return fetch(url, {
      method,
      headers: {
        Authorization: `Bearer ${await this.#token}`,
        Prefer: 'IdType="ImmutableId"',
        ...(body !== undefined && !binary && { 'Content-Type': 'application/json' }),
        ...headers,
      },
      ...(body !== undefined && { body: binary ? Buffer.from(body) : JSON.stringify(body) }),
    });
  }

  async json<T = RawContact>(
    method: string,
    path: string,
    body?: unknown,
    headers?: Readonly<Record<string, string>>,
  ): Promise<T> {
    const answer = await this.call(method, path, body, headers);
    const text = await answer.text();
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${text}`);
    return (text === '' ? {} : JSON.parse(text)) as T;
  }

  /** All contacts of a folder, with their stamps, in the order of the answer. `folder` is an id or `contacts`. */
  async list(user: string, folder = 'contacts'): Promise<RawContact[]> {
    const expand = encodeURIComponent(`singleValueExtendedProperties($filter=id eq '${STAMP}')`);
    let next: string | undefined = `/users/${user}/contactFolders/${folder}/contacts?$top=999&$expand=${expand}`;
    const all: RawContact[] = [];
    while (next !== undefined) {
      const page: { value: RawContact[]; '@odata.nextLink'?: string } = await this.json('GET', next);
      all.push(...page.value);
      next = page['@odata.nextLink'];
    }
    return all;
  }

  /** Id of a folder directly below the default one; undefined when there is none. */
  async folder(user: string, name: string): Promise<string | undefined> {
    const { value } = await this.json<{ value: { id: string; displayName: string }[] }>(
      'GET',
      `/users/${user}/contactFolders?$top=100`,
    );
    return value.find(({ displayName }) => displayName === name)?.id;
  }

  /** Contacts of a named folder; none when there is no such folder. */
  async listNamed(user: string, name: string): Promise<RawContact[]> {
    const folder = await this.folder(user, name);
    return folder === undefined ? [] : this.list(user, folder);
  }

  async create(user: string, folder: string, contact: Readonly<Record<string, unknown>>): Promise<RawContact> {
    return this.json('POST', `/users/${user}/contactFolders/${folder}/contacts`, contact);
  }

  async edit(user: string, id: string, change: Readonly<Record<string, unknown>>): Promise<RawContact> {
    return this.json('PATCH', `/users/${user}/contacts/${encodeURIComponent(id)}`, change);
  }

  async remove(user: string, id: string): Promise<void> {
    await this.json('DELETE', `/users/${user}/contacts/${encodeURIComponent(id)}`);
  }
}

/** The fields that tell what a person sees: everything but ids, times, annotations and our stamp. */
export function visible(contact: RawContact): Record<string, unknown> {
  const {
    id: _id,
    changeKey: _key,
    parentFolderId: _parent,
    createdDateTime: _created,
    lastModifiedDateTime: _modified,
    singleValueExtendedProperties: _own,
    ...rest
  } = contact;
  return Object.fromEntries(
    Object.entries(rest).filter(([name]) => !name.startsWith('@odata.') && !name.startsWith('singleValue')),
  );
}
