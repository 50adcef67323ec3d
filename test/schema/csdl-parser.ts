import type { Model, Property, Struct, TypeRef } from './model.ts';

const primitives: Readonly<Record<string, TypeRef>> = {
  'Edm.String': { kind: 'primitive', name: 'string' },
  'Edm.Boolean': { kind: 'primitive', name: 'boolean' },
  'Edm.Int32': { kind: 'primitive', name: 'number', format: 'int32' },
  'Edm.Int64': { kind: 'primitive', name: 'number', format: 'int64' },
  'Edm.Double': { kind: 'primitive', name: 'number' },
  'Edm.Guid': { kind: 'primitive', name: 'string', format: 'guid' },
  'Edm.Binary': { kind: 'primitive', name: 'string', format: 'base64' },
  'Edm.DateTimeOffset': { kind: 'primitive', name: 'string', format: 'dateTime' },
};

function attribute(tag: string, name: string): string | undefined {
  return new RegExp(`\\b${name}="([^"]*)"`).exec(tag)?.[1];
}

function typeRef(text: string): TypeRef {
  const [, item] = /^Collection\((.*)\)$/.exec(text) ?? [];
  if (item !== undefined) return { kind: 'list', of: typeRef(item) };
  return primitives[text] ?? { kind: 'named', name: text.replace(/^(microsoft\.)?graph\./, '') };
}

/** Collections are never null on the wire, whatever the metadata says of their items. */
function property(tag: string): Property {
  const type = typeRef(attribute(tag, 'Type') ?? '');
  return { type, nullable: attribute(tag, 'Nullable') !== 'false' && type.kind !== 'list' };
}

function struct(head: string, body: string): Struct {
  const tags = body.match(/<(?:Navigation)?Property [^>]*>/g) ?? [];
  const properties = new Map(tags.map((tag) => [attribute(tag, 'Name') ?? '', property(tag)]));
  const base = attribute(head, 'BaseType')?.replace(/^(microsoft\.)?graph\./, '');
  return { properties, ...(base !== undefined && { base }) };
}

/**
 * Reads entity, complex and enum types of the `microsoft.graph` namespace out of Graph's metadata document.
 *
 * @throws Error when there is no contact in it
 */
export function parseMetadata(text: string): Model {
  const structs = new Map<string, Struct>();
  for (const [, head = '', body = ''] of text.matchAll(
    /<(?:EntityType|ComplexType) ([^>]*?)(?:\/>|>([\s\S]*?)<\/(?:EntityType|ComplexType)>)/g,
  ))
    structs.set(attribute(head, 'Name') ?? '', struct(head, body));
  const enums = new Map<string, readonly string[]>();
  for (const [, head = '', body = ''] of text.matchAll(/<EnumType ([^>]*)>([\s\S]*?)<\/EnumType>/g))
    enums.set(
      attribute(head, 'Name') ?? '',
      [...body.matchAll(/<Member Name="([^"]*)"/g)].map(([, name = '']) => name),
    );
  if (!structs.has('contact')) throw new Error('This is not the metadata of Graph.');
  return { source: 'v1.0-subset.csdl', structs, enums };
}
