/**
 * The three functions of the "reflect-metadata" proposal that the certificate library's dependency injection asks for at
 * load. Import it before `@peculiar/x509`; it does nothing where a full polyfill is there already.
 */
const metadata = new WeakMap<object, Map<unknown, unknown>>();

const own = (key: unknown, target: object): unknown => metadata.get(target)?.get(key);

function inherited(key: unknown, target: object | null): unknown {
  for (let at = target; at !== null; at = Object.getPrototypeOf(at) as object | null) {
    const value = own(key, at);
    if (value !== undefined) return value;
  }
  return undefined;
}

function define(key: unknown, value: unknown, target: object): void {
  const held = metadata.get(target) ?? new Map<unknown, unknown>();
  metadata.set(target, held.set(key, value));
}

if (!('getMetadata' in Reflect))
  Object.assign(Reflect, { getMetadata: inherited, getOwnMetadata: own, defineMetadata: define });
