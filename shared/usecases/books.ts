import { advance, type BookState, emptyBook, recall } from '#core/book';
import type { Versioned } from '#core/card';
import { commitKey, under, versionKey } from '#core/keys';
import type { CommitRecord, VersionRecord } from '#core/records';
import type { Insert, Store } from '#ports/store';

const PAGE = 500;
const COMMITS = 50;
/** Versions of one card looked through to tell whose a value is. */
const VERSIONS = 100;

/** One book as this process knows it: always a prefix of its log, moved on by `refresh`. */
export class Book {
  readonly state: BookState;
  readonly #store: Store;
  /** Up to this revision every commit is known to have its versions. */
  #complete = 0;
  #loaded = false;
  #refreshing: Promise<void> | undefined;

  constructor(store: Store, book: string) {
    this.#store = store;
    this.state = emptyBook(book);
  }

  /** Reads what was appended since. Calls that come while one is under way begin a new one after it: it may have read too early. */
  async refresh(): Promise<void> {
    await this.#refreshing?.catch(() => undefined);
    this.#refreshing ??= this.#read().finally(() => {
      this.#refreshing = undefined;
    });
    return this.#refreshing;
  }

  async #read(): Promise<void> {
    if (!this.#loaded) await this.#load();
    const { book } = this.state;
    for (;;) {
      const page = await this.#store.range('commit', commitKey(book, this.state.head + 1), under(book)[1], COMMITS);
      for (const { record } of page) advance(this.state, record);
      if (page.length < COMMITS) return;
    }
  }

  /** The newest commit, then the versions below it: every commit but the newest has its versions (I4). */
  async #load(): Promise<void> {
    const { book } = this.state;
    const [from, to] = under(book);
    const [last] = await this.#store.range('commit', from, to, 1, 'descending');
    if (last) {
      const head = last.record.revision;
      let at = from;
      for (;;) {
        const page = await this.#store.range('version', at, to, PAGE);
        for (const { record } of page) if (record.revision < head) recall(this.state, versioned(record), record.time);
        if (page.length < PAGE) break;
        at = `${page.at(-1)?.key}!`; // `!` sorts before every character of a key: the next one.
      }
      this.state.head = head - 1;
      this.state.since = head - 1;
      this.#complete = head - 1;
      advance(this.state, last.record);
    }
    this.#loaded = true;
  }

  /** Versions that the newest commit may lack, to be inserted before the next one is appended. */
  async missingVersions(): Promise<Insert[]> {
    const { book, head } = this.state;
    if (head === 0 || this.#complete >= head) return [];
    const commits = await this.#store.get('commit', [commitKey(book, head)]);
    return commits[0] ? versionInserts(commits[0]) : [];
  }

  /** Says that the versions of this commit and of all before it are stored. */
  completed(revision: number): void {
    this.#complete = Math.max(this.#complete, revision);
  }

  /** The version of a card that was the newest at a revision; undefined when it is not kept any more. */
  async versionAt(number: number, revision: number): Promise<Versioned | undefined> {
    const now = this.state.cards.get(number);
    if (now && now.revision <= revision) return now;
    const { book } = this.state;
    const [found] = await this.#store.range(
      'version',
      versionKey(book, number, 0),
      versionKey(book, number, revision),
      1,
      'descending',
    );
    return found && versioned(found.record);
  }

  /** Versions of a card above a revision that are superseded and kept, the oldest first. */
  async versionsAfter(number: number, revision: number): Promise<Versioned[]> {
    const { book, head } = this.state;
    const found = await this.#store.range(
      'version',
      versionKey(book, number, revision + 1),
      versionKey(book, number, head),
      VERSIONS,
    );
    return found.map(({ record }) => versioned(record));
  }

  /** Commits above the revision that this endpoint made: it must store them before anything else. */
  async ownCommits(endpoint: string, above: number): Promise<CommitRecord[]> {
    const { book, head, since, observers } = this.state;
    if (above >= head) return [];
    if (above >= since) {
      const revisions = (observers.get(endpoint) ?? []).filter((revision) => revision > above);
      const commits = await this.#store.get(
        'commit',
        revisions.map((revision) => commitKey(book, revision)),
      );
      return commits.filter((commit) => commit !== undefined);
    }
    const own: CommitRecord[] = [];
    for (let at = above + 1; at <= head; at += COMMITS) {
      const to = commitKey(book, Math.min(head, at + COMMITS - 1));
      const page = await this.#store.range('commit', commitKey(book, at), to, COMMITS);
      for (const { record } of page) if (record.observed[endpoint]) own.push(record);
    }
    return own;
  }
}

/** The version records of a commit. */
export const versionInserts = (commit: CommitRecord): Insert[] =>
  commit.versions.map((version) => ({
    op: 'insert',
    kind: 'version',
    key: versionKey(commit.book, version.number, commit.revision),
    record: { ...version, book: commit.book, revision: commit.revision, time: commit.time },
  }));

function versioned({ book: _book, time: _time, ...version }: VersionRecord): Versioned {
  return version;
}

/** All books that this process has to do with. */
export class Books {
  readonly #books = new Map<string, Book>();
  readonly #store: Store;

  constructor(store: Store) {
    this.#store = store;
  }

  get(policy: string): Book {
    let book = this.#books.get(policy);
    if (!book) {
      book = new Book(this.#store, policy);
      this.#books.set(policy, book);
    }
    return book;
  }

  all(): readonly Book[] {
    return [...this.#books.values()];
  }
}
