import type { Database, Schema } from './database.ts';

/** One message in one shard's queue. */
export interface Entry {
  /** Grows with every publish; never used twice. */
  readonly id: number;
  /** Milliseconds since the epoch at which it was published. */
  readonly at: number;
  readonly body: string;
}

/** A message to be stored; several shards share one body. */
export interface Message {
  readonly body: string;
  readonly shards: readonly string[];
}

/**
 * Format of the queue's file. What goes to all shards is one `shared` row and a small entry in each shard: 64 times
 * some 15 bytes instead of 64 bodies. `remaining` counts the entries that still need it.
 */
export const queueSchema: Schema = {
  name: 'queue',
  application: 0x63_77_71_75,
  steps: [
    `CREATE TABLE entry (shard TEXT NOT NULL, id INTEGER NOT NULL, at INTEGER NOT NULL, body TEXT, PRIMARY KEY (shard, id)) WITHOUT ROWID;
     CREATE TABLE shared (id INTEGER PRIMARY KEY, body TEXT NOT NULL, remaining INTEGER NOT NULL);
     CREATE TABLE counter (last INTEGER NOT NULL);
     INSERT INTO counter VALUES (0)`,
  ],
};

const BODY = 'coalesce(entry.body, (SELECT shared.body FROM shared WHERE shared.id = entry.id))';

/** The queue's rows. Writes run inside the caller's transaction. */
export class QueueTable {
  readonly #db: Database;

  constructor(db: Database) {
    this.#db = db;
  }

  append(messages: readonly Message[], at: number): void {
    const { last } = this.#db
      .statement('UPDATE counter SET last = last + ? RETURNING last')
      .get(messages.length) as Record<string, number>;
    let id = (last ?? 0) - messages.length;
    const entry = this.#db.statement('INSERT INTO entry VALUES (?, ?, ?, ?)');
    for (const { body, shards } of messages) {
      id++;
      const isShared = shards.length > 1;
      if (isShared) this.#db.statement('INSERT INTO shared VALUES (?, ?, ?)').run(id, body, shards.length);
      for (const shard of shards) entry.run(shard, id, at, isShared ? null : body);
    }
  }

  /** In order, behind `after`. */
  read(shard: string, after: number, limit: number): Entry[] {
    const sql = `SELECT id, at, ${BODY} AS body FROM entry WHERE shard = ? AND id > ? ORDER BY id LIMIT ?`;
    const rows = this.#db.statement(sql).all(shard, after, limit);
    return rows.map((row) => ({ id: Number(row['id']), at: Number(row['at']), body: String(row['body']) }));
  }

  /** Deletes an entry, and with the last one of a shared body the body. Nothing happens when it is gone. */
  settle(shard: string, id: number): void {
    const gone = this.#db
      .statement('DELETE FROM entry WHERE shard = ? AND id = ? RETURNING body IS NULL AS shared')
      .get(shard, id);
    if (gone?.['shared'] !== 1) return;
    this.#db.statement('UPDATE shared SET remaining = remaining - 1 WHERE id = ?').run(id);
    this.#db.statement('DELETE FROM shared WHERE id = ? AND remaining <= 0').run(id);
  }

  /** Entries per shard, handed out or not. */
  counts(): Map<string, number> {
    const rows = this.#db.statement('SELECT shard, count(*) AS n FROM entry GROUP BY shard').all();
    return new Map(rows.map((row) => [String(row['shard']), Number(row['n'])]));
  }
}
