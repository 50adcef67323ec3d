/** One request as the simulator saw it; items of a batch are entries of their own. */
export interface JournalEntry {
  readonly seq: number;
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly method: string;
  readonly path: string;
  readonly query: string;
  /** Client id; absent when the token was refused. */
  readonly app?: string;
  /** Object id of the mailbox's owner. */
  readonly mailbox?: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: unknown;
  readonly requestId: string;
  readonly batch?: { readonly requestId: string; readonly itemId: string };
  /** Absent while the request is open; 0 when the connection was cut. */
  status?: number;
  durationMs?: number;
  errorCode?: string;
}

/** Which entries to read; everything given must fit. */
export interface JournalFilter {
  readonly method?: string;
  /** Part of the path. */
  readonly path?: string;
  /** Object id. */
  readonly mailbox?: string;
  readonly app?: string;
  readonly status?: number;
  /** Only entries with a greater number. */
  readonly after?: number;
  /** The newest so many. */
  readonly limit?: number;
}

/** The requests of the past, bounded: the oldest go first. */
export interface Journal {
  /** How many requests there were in all, forgotten ones included. */
  readonly total: number;
  add(entry: Omit<JournalEntry, 'seq'>): JournalEntry;
  entries(filter?: JournalFilter): JournalEntry[];
  clear(): void;
}

function fits(entry: JournalEntry, filter: JournalFilter): boolean {
  return (
    (filter.after === undefined || entry.seq > filter.after) &&
    (filter.method === undefined || entry.method === filter.method) &&
    (filter.path === undefined || entry.path.includes(filter.path)) &&
    (filter.mailbox === undefined || entry.mailbox === filter.mailbox) &&
    (filter.app === undefined || entry.app === filter.app) &&
    (filter.status === undefined || entry.status === filter.status)
  );
}

/** @param size how many entries are kept */
export function createJournal(size: number): Journal {
  let ring: JournalEntry[] = [];
  let total = 0;
  return {
    get total() {
      return total;
    },
    add(entry) {
      const kept = entry as Omit<JournalEntry, 'seq'> & { seq: number };
      kept.seq = ++total;
      ring[(total - 1) % size] = kept;
      return kept;
    },
    entries(filter = {}) {
      const turn = total % size;
      const ordered = ring.length < size ? ring : [...ring.slice(turn), ...ring.slice(0, turn)];
      const found = ordered.filter((entry) => fits(entry, filter));
      return filter.limit === undefined ? found : found.slice(Math.max(0, found.length - filter.limit));
    },
    clear() {
      ring = [];
      // Numbers go on, but the ring starts at its first place again.
      total = Math.ceil(total / size) * size;
    },
  };
}
