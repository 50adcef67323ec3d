import type { Item } from '#core/item';
import { CursorExpired, ItemGone, Unanswered } from '#ports/errors';
import type { Capabilities, DeltaPage, Mailboxes } from '#ports/mailboxes';
import { createBody, updateBody } from './contact-body.ts';
import { hintOf, itemOf, maybeCut } from './contact-item.ts';
import { ifMatch, immutable, jsonBody, jsonIfMatch, paged } from './headers.ts';
import { relativeLink } from './links.ts';
import { entries, linkOf, trusted } from './pages.ts';
import { contactPath, contactsPath, itemPath } from './paths.ts';
import { expandItem } from './properties.ts';
import { type GraphAnswer, header, json } from './request.ts';
import { pagesOf, send, type Tenants, toMailbox } from './tenant.ts';

const PAGE = 200;
const pageHeaders = paged(PAGE);

/** An id of another kind than we asked for must not be kept: it would change when the item moves (PROTOCOL 2.2). */
function checked(answer: GraphAnswer): GraphAnswer {
  const applied = header(answer, 'Preference-Applied');
  if (applied !== undefined && /idtype/i.test(applied) && !/idtype="?immutableid/i.test(applied)) {
    throw new Unanswered('Graph answered with ids of another kind');
  }
  return answer;
}

/** The item of an answer to a write, which cannot be asked for stamp and private flag. */
const written = (answer: GraphAnswer, stamp?: string): Item =>
  itemOf(json(checked(answer)), { private: false, ...(stamp !== undefined && { stamp }) });

function deltaPage(answer: GraphAnswer, root: string): DeltaPage {
  const hints = entries(checked(answer)).map(hintOf);
  const next = linkOf(answer, '@odata.nextLink');
  if (next !== undefined) {
    trusted(relativeLink(root, next));
    return { hints, next };
  }
  const link = linkOf(answer, '@odata.deltaLink');
  if (link === undefined) throw new Unanswered('a delta page without a link');
  trusted(relativeLink(root, link));
  return { hints, link };
}

type Contacts = Pick<Mailboxes, 'capabilities' | 'delta' | 'list' | 'count' | 'get' | 'create' | 'update' | 'delete'>;

/** Contacts of mailboxes over Graph (graph.md 1 and 2). */
export function graphContacts(tenants: Tenants): Contacts {
  const get: Mailboxes['get'] = async (mailbox, id, options) => {
    const request = { method: 'GET', url: `${contactPath(mailbox, id)}?${expandItem}`, headers: immutable } as const;
    try {
      const answer = await send(tenants(mailbox.tenant), 'get', request, toMailbox(mailbox.user, options));
      return itemOf(json(checked(answer)));
    } catch (error) {
      if (error instanceof ItemGone) return undefined;
      throw error;
    }
  };
  return {
    capabilities: (tenant): Capabilities => ({
      delta: tenants(tenant).cloud.contactDelta,
      immutableIds: true,
      conditionalWrites: true,
      stamps: true,
    }),
    async delta(place, link, options) {
      const tenant = tenants(place.tenant);
      const first = `${contactsPath(place)}/delta?$select=id,changeKey`;
      const url = link === null ? first : relativeLink(tenant.cloud.graph, link);
      // A link that was kept from another Graph root (another cloud, a simulator) leads nowhere: begin anew.
      if (url === undefined) throw new CursorExpired('the delta link belongs to another Graph');
      const request = { method: 'GET', url, headers: pageHeaders } as const;
      return deltaPage(await send(tenant, 'delta', request, toMailbox(place.user, options)), tenant.cloud.graph);
    },
    async *list(place, options) {
      const request = { method: 'GET', url: `${contactsPath(place)}?${expandItem}`, headers: pageHeaders } as const;
      for await (const page of pagesOf(tenants(place.tenant), 'list', request, toMailbox(place.user, options))) {
        const whole = page.map(async (raw) => {
          const item = itemOf(raw);
          return maybeCut(item) ? await get(place, item.id, options) : item;
        });
        yield (await Promise.all(whole)).filter((item) => item !== undefined);
      }
    },
    async count(place, options) {
      // `$count` by itself answers text, which a batch carries badly; with a list it comes as a number.
      const url = `${contactsPath(place)}?$top=1&$count=true&$select=id`;
      const request = { method: 'GET', url, headers: immutable } as const;
      const answer = await send(tenants(place.tenant), 'list', request, toMailbox(place.user, options));
      const count = json(answer)['@odata.count'];
      return typeof count === 'number' ? count : 0;
    },
    get,
    async create(place, rendering, stamp, options) {
      const body = createBody(rendering, stamp);
      const request = { method: 'POST', url: contactsPath(place), headers: jsonBody, body } as const;
      return written(await send(tenants(place.tenant), 'create', request, toMailbox(place.user, options)), stamp);
    },
    async update(place, id, etag, rendering, options) {
      const body = updateBody(rendering);
      const request = { method: 'PATCH', url: itemPath(place, id), headers: jsonIfMatch(etag), body } as const;
      return written(await send(tenants(place.tenant), 'update', request, toMailbox(place.user, options)));
    },
    async delete(place, id, etag, options) {
      const request = { method: 'DELETE', url: itemPath(place, id), headers: ifMatch(etag) } as const;
      await send(tenants(place.tenant), 'delete', request, toMailbox(place.user, options));
    },
  };
}
