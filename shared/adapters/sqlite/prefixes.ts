import type { Copy } from '#core/copy';
import type { Database } from './database.ts';

/** What the ids and etags of a folder's items have in common; in Graph some 90 of 120 and 30 of 50 characters. */
export interface Prefix extends Texts {
  /** 0: nothing is taken off. */
  readonly id: number;
}

interface Texts {
  readonly item: string;
  readonly etag: string;
}

/** An endpoint as the copies name it. */
export interface Numbered {
  readonly id: number;
  readonly prefixes: Prefix[];
}

const none: Prefix = { id: 0, item: '', etag: '' };
/** More would be a sign that the ids have nothing in common. */
const MAX_PREFIXES = 8;
/** Shorter ones do not pay for their row. */
const WORTH = 16;
/** So many characters less are taken off than could be. */
const SLACK = 4;

/** SQL of the two tables, format 1. */
export const createPrefixes = `
CREATE TABLE copy_endpoint (id INTEGER PRIMARY KEY, key TEXT NOT NULL UNIQUE);
CREATE TABLE copy_prefix (id INTEGER PRIMARY KEY, endpoint INTEGER NOT NULL, item TEXT NOT NULL, etag TEXT NOT NULL);
CREATE INDEX copy_prefix_endpoint ON copy_prefix (endpoint)`;

function common(texts: readonly string[]): string {
  const [first = '', ...others] = texts;
  let length = first.length;
  for (const text of others) {
    let same = 0;
    while (same < length && text.charCodeAt(same) === first.charCodeAt(same)) same++;
    length = same;
  }
  return first.slice(0, length);
}

const fits = (prefix: Prefix, { item, etag }: Copy): boolean =>
  item.startsWith(prefix.item) && etag.startsWith(prefix.etag);

const lengthOf = ({ item, etag }: Texts): number => item.length + etag.length;

/** What all have in common, and a little less: the next ones differ a few characters earlier. */
function shared(texts: readonly Texts[]): Texts {
  const item = common(texts.map((text) => text.item));
  const etag = common(texts.map((text) => text.etag));
  return { item: item.slice(0, -SLACK), etag: etag.slice(0, -SLACK) };
}

/** The first copies of a folder may have had more in common than all have: then what is left of the last prefix. */
function choose(strangers: readonly Copy[], last: Prefix | undefined): Texts | undefined {
  const wide = last && shared([last, ...strangers]);
  if (wide && lengthOf(wide) >= WORTH) return wide;
  const own = strangers.length > 1 ? shared(strangers) : none;
  return lengthOf(own) >= WORTH ? own : undefined;
}

/** The dictionary of endpoint keys and of prefixes, with what was used of it in memory. */
export class Prefixes {
  readonly #db: Database;
  readonly #known = new Map<string, Numbered>();

  constructor(db: Database) {
    this.#db = db;
  }

  /** Forgets what a rolled back transaction may have added. */
  forget(): void {
    this.#known.clear();
  }

  /** Undefined when no copy of that endpoint was ever stored. */
  find(endpoint: string): Numbered | undefined {
    const known = this.#known.get(endpoint);
    if (known) return known;
    const row = this.#db.statement('SELECT id FROM copy_endpoint WHERE key = ?').get(endpoint);
    if (!row) return undefined;
    const id = Number(row['id']);
    const rows = this.#db.statement('SELECT id, item, etag FROM copy_prefix WHERE endpoint = ? ORDER BY id').all(id);
    const prefixes = rows.map((p) => ({ id: Number(p['id']), item: String(p['item']), etag: String(p['etag']) }));
    const found = { id, prefixes };
    this.#known.set(endpoint, found);
    return found;
  }

  findOrAdd(endpoint: string): Numbered {
    const found = this.find(endpoint);
    if (found) return found;
    const { lastInsertRowid } = this.#db.statement('INSERT INTO copy_endpoint (key) VALUES (?)').run(endpoint);
    const added = { id: Number(lastInsertRowid), prefixes: [] };
    this.#known.set(endpoint, added);
    return added;
  }

  remove(endpoint: string, { id }: Numbered): void {
    this.#db.statement('DELETE FROM copy_prefix WHERE endpoint = ?').run(id);
    this.#db.statement('DELETE FROM copy_endpoint WHERE id = ?').run(id);
    this.#known.delete(endpoint);
  }

  /** The longest prefix that fits this copy. */
  best(endpoint: Numbered, copy: Copy): Prefix {
    let best = none;
    for (const prefix of endpoint.prefixes) if (lengthOf(prefix) > lengthOf(best) && fits(prefix, copy)) best = prefix;
    return best;
  }

  /** Makes a prefix for these copies, if few of them have one and they have something in common. */
  learn(endpoint: Numbered, copies: readonly Copy[]): void {
    const strangers = copies.filter((copy) => copy.item !== '' && this.best(endpoint, copy) === none);
    if (strangers.length === 0 || strangers.length * 2 < copies.length) return;
    if (endpoint.prefixes.length >= MAX_PREFIXES) return;
    const chosen = choose(strangers, endpoint.prefixes.at(-1));
    if (!chosen) return;
    const { lastInsertRowid } = this.#db
      .statement('INSERT INTO copy_prefix (endpoint, item, etag) VALUES (?, ?, ?)')
      .run(endpoint.id, chosen.item, chosen.etag);
    endpoint.prefixes.push({ id: Number(lastInsertRowid), ...chosen });
  }
}
