import { isJson, type Json } from './check-value.ts';

/** A spoiled copy of a body, and what was done to it. */
export interface Mutant {
  readonly what: string;
  readonly body: unknown;
}

type Way = readonly (string | number)[];

/** Every object in a body with the way that leads to it. */
function objects(value: unknown, way: Way = []): { readonly object: Json; readonly way: Way }[] {
  if (Array.isArray(value)) return value.flatMap((item, index) => objects(item, [...way, index]));
  if (!isJson(value)) return [];
  const below = Object.entries(value).flatMap(([name, inner]) => objects(inner, [...way, name]));
  return [{ object: value, way }, ...below];
}

function replaced(value: unknown, way: Way, by: unknown): unknown {
  const [step, ...rest] = way;
  if (step === undefined) return by;
  if (Array.isArray(value)) return value.map((item, index) => (index === step ? replaced(item, rest, by) : item));
  return Object.fromEntries(
    Object.entries(value as Json).map(([name, inner]) => [name, name === step ? replaced(inner, rest, by) : inner]),
  );
}

/** No property of Graph is an object of this kind. */
const alien = { strange: { strange: 1 } };

function* ofObject({ object, way }: { object: Json; way: Way }): Generator<{ what: string; by: Json }> {
  yield { what: `${way.join('.')}: extra property`, by: { ...object, strange: 'x' } };
  yield { what: `${way.join('.')}: extra annotation`, by: { ...object, '@odata.strange': 'x' } };
  for (const [name, value] of Object.entries(object)) {
    if (value === undefined) continue;
    const { [name]: _, ...rest } = object;
    const place = [...way, name].join('.');
    yield { what: `${place}: renamed`, by: { ...rest, [`${name}X`]: value } };
    yield { what: `${place}: wrong type`, by: { ...object, [name]: alien } };
    if (name.includes('@')) yield { what: `${place}: annotation dropped`, by: rest };
    if (name.includes('@')) yield { what: `${place}: annotation garbled`, by: { ...object, [name]: '' } };
  }
}

/** Every small spoiling of a body: extra, renamed and ill-typed properties and annotations, and dropped annotations. */
export function mutantsOf(body: unknown): Mutant[] {
  return objects(body).flatMap((found) =>
    [...ofObject(found)].map(({ what, by }) => ({ what, body: replaced(body, found.way, by) })),
  );
}
