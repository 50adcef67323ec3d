import { StoreUnavailable } from '#ports/errors';
import type { Database } from './database.ts';
import { storeFailure } from './failures.ts';

interface Job {
  readonly rows: number;
  /** Runs inside the transaction. Returns what settles the caller's promise once the commit has succeeded. */
  readonly run: () => () => void;
  readonly fail: (error: unknown) => void;
}

/** Jobs wait no longer for company. */
const WINDOW_MS = 5;
/** A transaction takes no further job once it has so many rows. */
const MAX_ROWS = 200;

/**
 * Gathers jobs into transactions. The first job after a quiet time commits in the same turn of the event loop. Since the
 * loop stands still while a commit waits for the disk, the next one waits as long as the last one took, at most 5 ms, or
 * until there are 200 rows: other work has half the time on any disk. A job is never split; jobs keep their order.
 */
export class GroupCommit {
  readonly #db: Database;
  readonly #undone: () => void;
  readonly #jobs: Job[] = [];
  #rows = 0;
  /** On the monotonic clock, in milliseconds. */
  #notBefore = 0;
  #timer: NodeJS.Timeout | undefined;
  #immediate: NodeJS.Immediate | undefined;
  #closed = false;

  /** `undone` is called whenever something was rolled back: drop what was remembered of it. */
  constructor(db: Database, undone: () => void = () => undefined) {
    this.#db = db;
    this.#undone = undone;
  }

  /** Resolves with the job's answer when it is durable; rejects, with nothing of it stored, when it or its commit failed. */
  submit<T>(rows: number, work: () => T): Promise<T> {
    if (this.#closed) return Promise.reject(new StoreUnavailable(`${this.#db.file} is closed`));
    return new Promise((resolve, reject) => {
      const run = () => {
        const answer = work();
        return () => resolve(answer);
      };
      this.#jobs.push({ rows, run, fail: reject });
      this.#rows += rows;
      this.#schedule();
    });
  }

  /** Commits what waits, now, and refuses what comes later. */
  close(): void {
    this.#closed = true;
    while (this.#jobs.length > 0) this.#flush();
    this.#unschedule();
  }

  #unschedule(): void {
    clearTimeout(this.#timer);
    clearImmediate(this.#immediate);
    this.#timer = this.#immediate = undefined;
  }

  #schedule(): void {
    if (this.#immediate) return;
    const wait = this.#rows >= MAX_ROWS ? 0 : this.#notBefore - performance.now();
    if (wait <= 0) {
      this.#unschedule();
      this.#immediate = setImmediate(() => this.#flush());
    } else {
      this.#timer ??= setTimeout(() => this.#flush(), wait);
    }
  }

  #next(): Job[] {
    let rows = 0;
    let count = 0;
    while (count < this.#jobs.length && rows < MAX_ROWS) rows += this.#jobs[count++]?.rows ?? 0;
    this.#rows -= rows;
    return this.#jobs.splice(0, count);
  }

  #flush(): void {
    this.#unschedule();
    const jobs = this.#next();
    const start = performance.now();
    try {
      const settle = this.#db.guard(() => this.#transaction(jobs));
      for (const resolve of settle) resolve();
    } catch (error) {
      this.#rollBack();
      for (const job of jobs) job.fail(error);
    }
    const end = performance.now();
    this.#notBefore = end + Math.min(WINDOW_MS, end - start);
    if (this.#jobs.length > 0) this.#schedule();
  }

  #transaction(jobs: readonly Job[]): (() => void)[] {
    this.#db.statement('BEGIN IMMEDIATE').run();
    const settle = jobs.map((job) => this.#runJob(job));
    this.#db.statement('COMMIT').run();
    return settle;
  }

  /** A job that fails takes only itself back, unless SQLite has already given up the whole transaction. */
  #runJob(job: Job): () => void {
    this.#db.statement('SAVEPOINT job').run();
    try {
      const settle = job.run();
      this.#db.statement('RELEASE job').run();
      return settle;
    } catch (error) {
      if (!this.#db.isTransaction) throw error;
      this.#db.exec('ROLLBACK TO job; RELEASE job');
      this.#undone();
      return () => job.fail(storeFailure(error, this.#db.file));
    }
  }

  #rollBack(): void {
    this.#undone();
    try {
      if (this.#db.isOpen && this.#db.isTransaction) this.#db.exec('ROLLBACK');
    } catch {
      // The callers get the first failure; the next BEGIN meets this one again.
    }
  }
}
