import { GraphFault } from '../graph-fault.ts';

/** The system query options of one request, decoded. Names are kept without `$` and in lower case, as Graph takes them either way. */
export class QueryOptions {
  readonly #values: ReadonlyMap<string, string>;

  constructor(query: string) {
    this.#values = query === '' ? empty : parse(query);
  }

  /** The text of `$name`, or undefined. */
  get(name: string): string | undefined {
    return this.#values.get(name);
  }

  has(name: string): boolean {
    return this.#values.has(name);
  }

  /** A whole number, 0 or more. Throws 400 for anything else. */
  number(name: string): number | undefined {
    const text = this.#values.get(name);
    if (text === undefined) return undefined;
    if (!/^\d{1,9}$/.test(text)) {
      throw new GraphFault(400, 'BadRequest', `The query option '$${name}' must be a non-negative integer.`);
    }
    return Number(text);
  }

  get counting(): boolean {
    return this.#values.get('count')?.toLowerCase() === 'true';
  }

  /** `$select` as given, without blanks; undefined if absent. */
  get select(): readonly string[] | undefined {
    const names = this.#values
      .get('select')
      ?.split(',')
      .map((name) => name.trim())
      .filter((name) => name !== '');
    return names && names.length > 0 ? names : undefined;
  }

  /** The same options with some replaced or, by undefined, left out, as a query string. */
  with(changes: Readonly<Record<string, string | undefined>>): string {
    const values = new Map<string, string | undefined>([...this.#values, ...Object.entries(changes)]);
    const pairs = [...values].flatMap(([name, value]) =>
      value === undefined
        ? []
        : [`${known.has(name) ? '$' : ''}${encodeURIComponent(name)}=${encodeURIComponent(value)}`],
    );
    return pairs.join('&');
  }
}

const empty: ReadonlyMap<string, string> = new Map();
const known = new Set('select top skip count orderby filter expand search skiptoken deltatoken format'.split(' '));

function parse(query: string): Map<string, string> {
  const values = new Map<string, string>();
  for (const pair of query.split('&')) {
    if (pair === '') continue;
    const equals = pair.indexOf('=');
    const name = decode(equals < 0 ? pair : pair.slice(0, equals));
    const plain = name.replace(/^\$/, '').toLowerCase();
    values.set(known.has(plain) ? plain : name, equals < 0 ? '' : decode(pair.slice(equals + 1)));
  }
  return values;
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '));
  } catch {
    throw new GraphFault(400, 'BadRequest', 'The query string is malformed.');
  }
}
