/** The Microsoft clouds that Cardwire works with (F-10; graph.md 8.5). GCC is part of `global`. */
export type CloudName = 'global' | 'usgov' | 'dod' | 'china';

/** Where a cloud is, without slashes at the end, and what it can do. */
export interface Cloud {
  readonly graph: string;
  readonly login: string;
  /** `<Graph root>/.default`: tokens of one cloud are worth nothing in another. */
  readonly scope: string;
  /** False in China, whose schema binds no delta function to contacts (F-11; graph.md 2.3). */
  readonly contactDelta: boolean;
}

const cloud = (graph: string, login: string, contactDelta = true): Cloud => ({
  graph,
  login,
  scope: `${graph}/.default`,
  contactDelta,
});

const clouds: Readonly<Record<CloudName, Cloud>> = {
  global: cloud('https://graph.microsoft.com', 'https://login.microsoftonline.com'),
  usgov: cloud('https://graph.microsoft.us', 'https://login.microsoftonline.us'),
  dod: cloud('https://dod-graph.microsoft.us', 'https://login.microsoftonline.us'),
  china: cloud('https://microsoftgraph.chinacloudapi.cn', 'https://login.chinacloudapi.cn', false),
};

const loopback = /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/;

/** True for an origin that never leaves this machine. */
export const isLoopback = (url: string): boolean => loopback.test(new URL(url).hostname);

/**
 * An origin given in place of a cloud's own, without slash at the end.
 * Throws a RangeError for anything but an https origin, or an http one on loopback: a bearer token would travel in the clear.
 */
export function checkedRoot(url: string): string {
  const { protocol, origin, pathname, search } = new URL(url);
  const safe = protocol === 'https:' || (protocol === 'http:' && isLoopback(url));
  if (!safe) throw new RangeError(`${origin} must be https, or http on this machine`);
  if (pathname !== '/' || search) throw new RangeError(`${origin} must stand without a path`);
  return origin;
}

/**
 * The cloud of that name, with its hosts replaced where another root is given (a simulator, a proxy). The scope stays the
 * cloud's own, as a token's audience does. Throws a RangeError for an unsafe root.
 */
export function cloudOf(name: CloudName, roots: { readonly graphUrl?: string; readonly loginUrl?: string }): Cloud {
  const own = clouds[name];
  return {
    ...own,
    graph: roots.graphUrl === undefined ? own.graph : checkedRoot(roots.graphUrl),
    login: roots.loginUrl === undefined ? own.login : checkedRoot(roots.loginUrl),
  };
}
