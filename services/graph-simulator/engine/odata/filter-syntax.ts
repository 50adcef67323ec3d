/** A parsed `$filter`. */
export type Filter =
  | { readonly kind: 'and' | 'or'; readonly left: Filter; readonly right: Filter }
  | { readonly kind: 'not'; readonly inner: Filter }
  | { readonly kind: 'compare'; readonly operator: Comparison; readonly left: Operand; readonly right: Operand }
  | { readonly kind: 'call'; readonly name: string; readonly left: Operand; readonly right: Operand }
  /** `path/any(variable: inner)`; without `inner` it asks for any element at all. */
  | { readonly kind: 'any'; readonly path: string; readonly variable: string; readonly inner: Filter | undefined };

export type Comparison = 'eq' | 'ne' | 'gt' | 'ge' | 'lt' | 'le';

export type Operand =
  /** `asNumber`: it stood in `cast(..., Edm.Int32)` or the like. */
  | { readonly kind: 'path'; readonly path: string; readonly asNumber: boolean }
  | { readonly kind: 'value'; readonly value: string | number | boolean | null };

/** Thrown for a text that is no filter. */
export class FilterSyntaxError extends Error {}

const tokens =
  /\s*(?:('(?:[^']|'')*')|(\d{4}-\d\d-\d\d(?:T[\d:.]+(?:Z|[+-]\d\d:\d\d)?)?|[0-9a-f]{8}-[0-9a-f-]{27})|(-?\d+(?:\.\d+)?)|([A-Za-z_$][\w.$-]*(?:\/[\w.$]+)*)|([(),:]))/giy;
const comparisons: ReadonlySet<string> = new Set(['eq', 'ne', 'gt', 'ge', 'lt', 'le']);
const deepest = 100;
/** Characters: more than any real client can send in a URL, and too few to keep the simulator busy. */
const longest = 16_384;
const mostTokens = 2000;
/** Clauses that one `in` may name. */
const mostListed = 15;
const functions = new Set(['startswith', 'endswith', 'contains']);

interface Token {
  readonly kind: 'text' | 'moment' | 'number' | 'word' | 'mark';
  readonly text: string;
}

/**
 * Parses the part of OData's filter language that Graph's contacts and directory take.
 *
 * @param lists whether `path in ('a', 'b')` is taken: the directory does
 * @throws FilterSyntaxError also for nesting that no real filter has
 */
export function parseFilter(text: string, lists = false): Filter {
  const reader = new Reader(tokenize(text), lists);
  const filter = reader.either();
  reader.end();
  return filter;
}

function tokenize(text: string): Token[] {
  if (text.length > longest) throw new FilterSyntaxError('length');
  const found: Token[] = [];
  tokens.lastIndex = 0;
  while (text.slice(tokens.lastIndex).trim() !== '') {
    const match = tokens.exec(text);
    if (!match) throw new FilterSyntaxError(text);
    const [, quoted, moment, number, word, mark] = match;
    if (quoted !== undefined) found.push({ kind: 'text', text: quoted.slice(1, -1).replaceAll("''", "'") });
    else if (moment !== undefined) found.push({ kind: 'moment', text: moment });
    else if (number !== undefined) found.push({ kind: 'number', text: number });
    else if (word !== undefined) found.push({ kind: 'word', text: word });
    else found.push({ kind: 'mark', text: mark ?? '' });
  }
  return found;
}

class Reader {
  readonly #tokens: readonly Token[];
  readonly #lists: boolean;
  #at = 0;
  #depth = 0;

  constructor(found: readonly Token[], lists: boolean) {
    if (found.length > mostTokens) throw new FilterSyntaxError('length');
    this.#tokens = found;
    this.#lists = lists;
  }

  either(): Filter {
    let left = this.#both();
    while (this.#word('or')) left = { kind: 'or', left, right: this.#both() };
    return left;
  }

  end(): void {
    if (this.#at < this.#tokens.length) throw new FilterSyntaxError(this.#tokens[this.#at]?.text);
  }

  #both(): Filter {
    let left = this.#single();
    while (this.#word('and')) left = { kind: 'and', left, right: this.#single() };
    return left;
  }

  #single(): Filter {
    // Without a limit a text of brackets would exhaust the stack.
    if (++this.#depth > deepest) throw new FilterSyntaxError('nesting');
    const filter = this.#term();
    this.#depth -= 1;
    return filter;
  }

  #term(): Filter {
    if (this.#word('not')) return { kind: 'not', inner: this.#single() };
    if (this.#mark('(')) {
      const inner = this.either();
      this.#need(')');
      return inner;
    }
    const next = this.#tokens[this.#at];
    const opens = this.#tokens[this.#at + 1]?.text === '(';
    if (opens && next?.kind === 'word' && next.text.toLowerCase().endsWith('/any')) return this.#any();
    if (opens && next?.kind === 'word' && functions.has(next.text.toLowerCase())) return this.#call();
    return this.#compare();
  }

  #any(): Filter {
    const path = this.#take('word').slice(0, -'/any'.length);
    this.#need('(');
    if (this.#mark(')')) return { kind: 'any', path, variable: '', inner: undefined };
    const variable = this.#take('word');
    this.#need(':');
    const inner = this.either();
    this.#need(')');
    return { kind: 'any', path, variable, inner };
  }

  #call(): Filter {
    const name = this.#take('word').toLowerCase();
    this.#need('(');
    const left = this.#operand();
    this.#need(',');
    const right = this.#operand();
    this.#need(')');
    if (this.#word('eq') && !this.#word('true')) throw new FilterSyntaxError(name);
    return { kind: 'call', name, left, right };
  }

  #compare(): Filter {
    const left = this.#operand();
    const operator = this.#take('word').toLowerCase();
    if (operator === 'in' && this.#lists) return this.#oneOf(left);
    if (!comparisons.has(operator)) throw new FilterSyntaxError(operator);
    return { kind: 'compare', operator: operator as Comparison, left, right: this.#operand() };
  }

  /** `path in (a, b)` is `path eq a or path eq b`. */
  #oneOf(left: Operand): Filter {
    this.#need('(');
    let filter: Filter = { kind: 'compare', operator: 'eq', left, right: this.#operand() };
    for (let count = 1; this.#mark(','); count++) {
      if (count === mostListed) throw new FilterSyntaxError('in');
      filter = { kind: 'or', left: filter, right: { kind: 'compare', operator: 'eq', left, right: this.#operand() } };
    }
    this.#need(')');
    return filter;
  }

  #operand(): Operand {
    const token = this.#tokens[this.#at];
    this.#at += 1;
    if (token?.kind === 'text' || token?.kind === 'moment') return { kind: 'value', value: token.text };
    if (token?.kind === 'number') return { kind: 'value', value: Number(token.text) };
    if (token?.kind !== 'word') throw new FilterSyntaxError(token?.text);
    if (token.text.toLowerCase() === 'cast' && this.#mark('(')) {
      const path = this.#take('word');
      this.#need(',');
      this.#take('word');
      this.#need(')');
      return { kind: 'path', path, asNumber: true };
    }
    if (token.text === 'null') return { kind: 'value', value: null };
    if (token.text === 'true' || token.text === 'false') return { kind: 'value', value: token.text === 'true' };
    return { kind: 'path', path: token.text, asNumber: false };
  }

  #word(text: string): boolean {
    const token = this.#tokens[this.#at];
    if (token?.kind !== 'word' || token.text.toLowerCase() !== text) return false;
    this.#at += 1;
    return true;
  }

  #mark(text: string): boolean {
    const token = this.#tokens[this.#at];
    if (token?.kind !== 'mark' || token.text !== text) return false;
    this.#at += 1;
    return true;
  }

  #need(text: string): void {
    if (!this.#mark(text)) throw new FilterSyntaxError(text);
  }

  #take(kind: Token['kind']): string {
    const token = this.#tokens[this.#at];
    if (token?.kind !== kind) throw new FilterSyntaxError(token?.text);
    this.#at += 1;
    return token.text;
  }
}

/** Every node of a filter, itself first. */
export function* nodesOf(filter: Filter): Generator<Filter, void, undefined> {
  yield filter;
  if (filter.kind === 'and' || filter.kind === 'or') {
    yield* nodesOf(filter.left);
    yield* nodesOf(filter.right);
  } else if ((filter.kind === 'not' || filter.kind === 'any') && filter.inner) {
    yield* nodesOf(filter.inner);
  }
}
