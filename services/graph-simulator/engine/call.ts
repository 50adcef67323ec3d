import { QueryOptions } from './odata/query-options.ts';
import { pathSegments } from './path.ts';
import { type Preferences, readPreferences } from './prefer.ts';
import type { GraphAnswer, GraphRequest } from './wire.ts';
import type { World } from './world.ts';

/** A request on its way through the routes. */
export interface Call {
  readonly world: World;
  readonly request: GraphRequest;
  readonly segments: readonly string[];
  readonly query: QueryOptions;
  readonly prefer: Preferences;
}

export function openCall(world: World, request: GraphRequest): Call {
  return {
    world,
    request,
    segments: pathSegments(request.path),
    query: new QueryOptions(request.query),
    prefer: readPreferences(request.headers['prefer']),
  };
}

/** The start of `@odata.context`. */
export function contextRoot(call: Call): string {
  return `${call.world.setting.linkRoot()}/$metadata#`;
}

/** The request's own URL with other query options. */
export function selfLink(call: Call, query: string): string {
  return `${call.world.setting.linkRoot()}${call.request.path}?${query}`;
}

export function answer(status: number, body: unknown, headers: Readonly<Record<string, string>> = {}): GraphAnswer {
  return { status, headers, body };
}

export function emptyAnswer(status: number, headers: Readonly<Record<string, string>> = {}): GraphAnswer {
  return { status, headers };
}

/** A number as Graph sends `$count`: plain text, as bytes. */
export function countAnswer(count: number): GraphAnswer {
  return { status: 200, headers: { 'content-type': 'text/plain' }, body: new TextEncoder().encode(String(count)) };
}
