/** What a value may be: a primitive of JSON, a named struct or enum, or a list. */
export type TypeRef =
  | { readonly kind: 'primitive'; readonly name: 'string' | 'number' | 'boolean' | 'any'; readonly format?: string }
  | { readonly kind: 'enum'; readonly values: readonly string[] }
  | { readonly kind: 'named'; readonly name: string }
  | { readonly kind: 'list'; readonly of: TypeRef };

export interface Property {
  readonly type: TypeRef;
  readonly nullable: boolean;
}

export interface Struct {
  readonly base?: string;
  readonly properties: ReadonlyMap<string, Property>;
}

/**
 * Types of Graph as one source describes them. Names are those of the metadata: `contact`, `physicalAddress`. A name that
 * is neither struct nor enum lies outside of what the source describes.
 */
export interface Model {
  readonly source: string;
  readonly structs: ReadonlyMap<string, Struct>;
  readonly enums: ReadonlyMap<string, readonly string[]>;
}

/** A property of a struct or of what it is based on; undefined for a name that none of them has. */
export function propertyOf(model: Model, type: string, name: string): Property | undefined {
  for (let struct = model.structs.get(type); struct; struct = model.structs.get(struct.base ?? '')) {
    const found = struct.properties.get(name);
    if (found) return found;
  }
  return undefined;
}
