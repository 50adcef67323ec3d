import type { Model, Property, Struct, TypeRef } from './model.ts';

const lowerFirst = (name: string): string => name.slice(0, 1).toLowerCase() + name.slice(1);

const unionOf = (text: string): string[] => [...text.matchAll(/"([^"]*)"/g)].map(([, value = '']) => value);

function typeRef(text: string): TypeRef {
  const bare = text.trim().replace(/^\((.*)\)$/s, '$1');
  if (bare.endsWith('[]')) return { kind: 'list', of: typeRef(bare.slice(0, -2)) };
  if (bare.includes('"')) return { kind: 'enum', values: unionOf(bare) };
  if (bare === 'string' || bare === 'number' || bare === 'boolean' || bare === 'any')
    return { kind: 'primitive', name: bare };
  return { kind: 'named', name: lowerFirst(bare) };
}

function property(text: string): Property {
  const [, inner] = /^NullableOption<(.*)>$/s.exec(text.trim()) ?? [];
  return { type: typeRef(inner ?? text), nullable: inner !== undefined };
}

function struct(base: string | undefined, body: string): Struct {
  const code = body.replaceAll(/\/\*[\s\S]*?\*\//g, '').replaceAll(/^\s*\/\/.*$/gm, '');
  const fields = [...code.matchAll(/"?([\w.@-]+)"?\??:\s*([^;]+);/g)];
  const properties = new Map(fields.map(([, name = '', type = '']) => [name, property(type)]));
  return { properties, ...(base !== undefined && { base: lowerFirst(base) }) };
}

/**
 * Reads interfaces and string unions out of the text of microsoft-graph-types' declarations, down to the first namespace:
 * what lies in namespaces is no part of contacts, people or subscriptions.
 *
 * @throws Error when the text does not hold what such a file holds
 */
export function parseDeclarations(text: string): Model {
  const end = text.search(/^export namespace /m);
  const top = end < 0 ? text : text.slice(0, end);
  const enums = new Map(
    [...top.matchAll(/^export type (\w+) =\s*([^;<]*"[^;]*);/gm)].map(([, name = '', union = '']) => [
      lowerFirst(name),
      unionOf(union),
    ]),
  );
  const structs = new Map(
    [...top.matchAll(/^export interface (\w+)(?: extends (\w+))? \{(\}|[\s\S]*?^\})/gm)].map(
      ([, name = '', base, body = '']) => [lowerFirst(name), struct(base, body)] as const,
    ),
  );
  if (!structs.has('contact') || enums.size === 0) throw new Error('These are not the declarations of Graph.');
  return { source: 'microsoft-graph-types', structs, enums };
}
