import type { Company, FolderContents, UserSpec } from '../../../services/graph-simulator/engine/company.ts';
import { createEngine, type GraphEngine } from '../../../services/graph-simulator/engine/engine.ts';
import type { GraphAnswer, GraphRequest } from '../../../services/graph-simulator/engine/wire.ts';
import { withInnerError } from '../../../services/graph-simulator/http/errors.ts';
import { tellAnswer } from '../../../services/graph-simulator/http/sent-answers.ts';

export type Json = Record<string, unknown>;

export interface SmallWorld {
  readonly engine: GraphEngine;
  /** Milliseconds since the epoch; change it to let time pass. */
  readonly time: { now: number };
  call(
    method: GraphRequest['method'],
    url: string,
    more?: { body?: unknown; headers?: Record<string, string> },
  ): GraphAnswer;
  /** The body of an answer that must have this status. */
  ok(
    method: GraphRequest['method'],
    url: string,
    more?: { body?: unknown; headers?: Record<string, string>; status?: number },
  ): Json;
}

export const root = 'http://graph.test/v1.0';
export const ann = '00000000-0000-4000-8000-0000000000a1';
export const bob = '00000000-0000-4000-8000-0000000000b0';
export const immutable = { prefer: 'IdType="ImmutableId"' };

export const person = (index: number): Json => ({
  givenName: `Given${index}`,
  surname: `Sur${index}`,
  emailAddresses: [{ name: `Given${index} Sur${index}`, address: `p${index}@fabrikam.com` }],
});

export const userOf = (
  id: string,
  name: string,
  contacts: FolderContents = {},
  more: Partial<UserSpec> = {},
): UserSpec => ({
  id,
  upn: `${name}@contoso.com`,
  displayName: name,
  licensed: true,
  mailbox: { kind: 'user', contacts },
  ...more,
});

export const smallCompany = (contacts: FolderContents = {}, more: Partial<Company> = {}): Company => ({
  tenantId: '00000000-0000-4000-8000-00000000000f',
  domain: 'contoso.com',
  users: [userOf(ann, 'ann', contacts), userOf(bob, 'bob')],
  generators: { people: (seed, index) => person(seed * 1000 + index) },
  ...more,
});

/** Answers as the engine does, and tells observers, as the shell around it does, of what a client would get. */
export function told(request: GraphRequest, engine: GraphEngine): GraphAnswer {
  const answer = engine.handle(request);
  tellAnswer(request, withInnerError(answer, ann, ann, 0));
  return answer;
}

export function smallWorld(contacts: FolderContents = {}, more: Partial<Company> = {}): SmallWorld {
  const time = { now: Date.parse('2026-05-01T10:00:00Z') };
  let state = 12345;
  const random = (): number => {
    state = (state * 1103515245 + 12345) % 2147483648;
    return state / 2147483648;
  };
  const engine = createEngine(smallCompany(contacts, more), { now: () => time.now, random, linkRoot: () => root });
  const call: SmallWorld['call'] = (method, url, { body, headers = {} } = {}) => {
    const [path = '', query = ''] = url.replace(root, '').split(/\?(.*)/s);
    return told({ method, path, query, headers, body }, engine);
  };
  return {
    engine,
    time,
    call,
    ok: (method, url, more) => {
      const answer = call(method, url, more);
      const expected = more?.status ?? (method === 'POST' ? 201 : 200);
      if (answer.status !== expected)
        throw new Error(`${method} ${url}: ${answer.status} ${JSON.stringify(answer.body)}`);
      return answer.body as Json;
    },
  };
}

/** Code and status of an error answer. */
export function refusal(answer: GraphAnswer): [status: number, code: unknown] {
  return [answer.status, ((answer.body as Json)['error'] as Json)['code']];
}

export const rows = (body: Json): Json[] => body['value'] as Json[];

/** Follows nextLinks and returns all rows and the deltaLink. */
export function round(
  world: SmallWorld,
  url: string,
  headers: Record<string, string> = {},
): { rows: Json[]; deltaLink: string; pages: number } {
  const all: Json[] = [];
  let pages = 0;
  for (let next = url; ; ) {
    const body = world.ok('GET', next, { headers });
    all.push(...rows(body));
    pages += 1;
    const link = body['@odata.nextLink'];
    if (typeof link !== 'string') return { rows: all, deltaLink: String(body['@odata.deltaLink']), pages };
    next = link;
  }
}
