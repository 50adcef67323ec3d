import { formatOf, formats } from './formats.ts';
import { type Model, type Property, propertyOf, type TypeRef } from './model.ts';

/** A JSON object. */
export type Json = Readonly<Record<string, unknown>>;

export const isJson = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Uint8Array);

const shown = (value: unknown): string => (JSON.stringify(value) ?? String(value)).slice(0, 80);

/** A sentence if a value does not look like its format, else nothing. */
export function checkFormat(value: unknown, format: string, place: string): string[] {
  const test = formats[format];
  if (!test) throw new Error(`There is no format ${format}.`);
  return test(value) ? [] : [`${place}: ${shown(value)} is no ${format}`];
}

function checkType(model: Model, value: unknown, type: TypeRef, format: string | undefined, place: string): string[] {
  switch (type.kind) {
    case 'list':
      if (!Array.isArray(value)) return [`${place}: ${shown(value)} is no list`];
      return value.flatMap((item, at) => checkType(model, item, type.of, format, `${place}[${at}]`));
    case 'enum':
      return type.values.includes(String(value)) ? [] : [`${place}: ${shown(value)} is not one of ${type.values}`];
    case 'primitive': {
      if (type.name !== 'any' && typeof value !== type.name) return [`${place}: ${shown(value)} is no ${type.name}`];
      const wanted = format ?? type.format;
      return wanted === undefined ? [] : checkFormat(value, wanted, place);
    }
    case 'named':
      return checkNamed(model, value, type.name, place);
  }
}

function checkNamed(model: Model, value: unknown, name: string, place: string): string[] {
  const values = model.enums.get(name);
  if (values) return checkType(model, value, { kind: 'enum', values }, undefined, place);
  if (!model.structs.has(name)) return [];
  if (!isJson(value)) return [`${place}: ${shown(value)} is no ${name}`];
  const annotations = Object.keys(value).filter((key) => key.includes('@'));
  return [...annotations.map((key) => `${place}: no ${key} here`), ...checkProperties(model, value, name, place)];
}

function checkProperty(model: Model, value: unknown, property: Property, format: string | undefined, place: string) {
  if (value === null) return property.nullable ? [] : [`${place}: must not be null`];
  return checkType(model, value, property.type, format, place);
}

/**
 * Names, types, formats and enum values of every property of an object and of what it holds; annotations (`@`) of the
 * object itself are left to whoever knows its place, and what it holds has none. One sentence for each fault.
 */
export function checkProperties(model: Model, object: Json, type: string, place: string): string[] {
  return Object.entries(object).flatMap(([name, value]) => {
    if (name.includes('@') || value === undefined) return [];
    const property = propertyOf(model, type, name);
    const where = `${place}.${name}`;
    if (!property) return [`${where}: ${type} has no such property (${model.source})`];
    return checkProperty(model, value, property, formatOf(type, name), where);
  });
}

/** The value of one property by itself, as `mailboxSettings/userPurpose` answers it. */
export function checkOne(model: Model, value: unknown, type: string, name: string, place: string): string[] {
  const property = propertyOf(model, type, name);
  return property ? checkProperty(model, value, property, formatOf(type, name), place) : [`${place}: no such property`];
}
