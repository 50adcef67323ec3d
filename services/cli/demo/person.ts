import type { Reach } from './simulator-thread.ts';

export type Shown = Readonly<Record<string, unknown>> & { readonly id: string };

interface Page {
  readonly value: readonly Shown[];
  readonly '@odata.nextLink'?: string;
}

/** Somebody at work in Outlook: Graph over HTTP, never through Cardwire's own client. */
export class Person {
  readonly #reach: Reach;
  #token: Promise<string> | undefined;

  constructor(reach: Reach) {
    this.#reach = reach;
  }

  async #login(): Promise<string> {
    const { loginUrl, graphUrl, tenantId, clientId, clientSecret } = this.#reach;
    const body = new URLSearchParams({
      client_id: clientId,
      client_secret: clientSecret,
      grant_type: 'client_credentials',
      scope: `${graphUrl}/.default`,
    });
    const answer = await fetch(`${loginUrl}/${tenantId}/oauth2/v2.0/token`, { method: 'POST', body });
    const { access_token: token } = (await answer.json()) as { access_token: string };
    return token;
  }

  async call<T>(method: string, path: string, body?: unknown): Promise<T> {
    this.#token ??= this.#login();
    const url = path.startsWith('http') ? path : `${this.#reach.graphUrl}/v1.0${path}`;
    const headers = { Authorization: `Bearer ${await this.#token}`, 'Content-Type': 'application/json' };
    const answer = await fetch(url, { method, headers, ...(body !== undefined && { body: JSON.stringify(body) }) });
    const text = await answer.text();
    if (!answer.ok) throw new Error(`${method} ${path} was answered ${answer.status}: ${text}`);
    return (text === '' ? undefined : JSON.parse(text)) as T;
  }

  async #all(first: string): Promise<Shown[]> {
    const all: Shown[] = [];
    for (let next: string | undefined = first; next !== undefined; ) {
      const page: Page = await this.call('GET', next);
      all.push(...page.value);
      next = page['@odata.nextLink'];
    }
    return all;
  }

  users(): Promise<Shown[]> {
    return this.#all('/users?$select=id,userPrincipalName,assignedLicenses&$top=999');
  }

  /** Contacts of the default folder, or of a folder directly below it; undefined when there is no such folder. */
  async contacts(user: string, folder?: string): Promise<Shown[] | undefined> {
    if (folder === undefined) return this.#all(`/users/${user}/contacts?$top=999`);
    const folders = await this.#all(`/users/${user}/contactFolders?$top=100`);
    const found = folders.find((one) => one['displayName'] === folder);
    return found && this.#all(`/users/${user}/contactFolders/${found.id}/contacts?$top=999`);
  }

  async folderId(user: string, folder: string): Promise<string> {
    const folders = await this.#all(`/users/${user}/contactFolders?$top=100`);
    const found = folders.find((one) => one['displayName'] === folder);
    if (!found) throw new Error(`${user} has no folder ${folder}`);
    return found.id;
  }

  /** The simulator's control interface: not Graph. */
  async control(method: string, path: string, body?: unknown): Promise<void> {
    const headers = { 'Content-Type': 'application/json' };
    const answer = await fetch(`${this.#reach.controlUrl}${path}`, {
      method,
      headers,
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    if (!answer.ok) throw new Error(`${method} ${path} was answered ${answer.status}: ${await answer.text()}`);
  }
}
