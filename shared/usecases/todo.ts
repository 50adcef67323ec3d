import { touchedSince } from '#core/book';
import type { Copy } from '#core/copy';
import type { RetryRecord } from '#core/records';
import type { Pass } from './pass.ts';

const COPIES = 500;

/**
 * Cards that an apply pass still has to compare, newest first, with their copies. A live change that arrives meanwhile
 * goes in front: it is done early and found even later (PROTOCOL 3 'Live before bulk').
 */
export class Todo {
  readonly copies = new Map<number, Copy>();
  readonly #pass: Pass;
  #numbers: number[] = [];
  /** Up to this revision everything was put on the list. */
  head: number;

  private constructor(pass: Pass) {
    this.#pass = pass;
    this.head = pass.book.state.head;
  }

  static async open(pass: Pass, retries: ReadonlyMap<number, RetryRecord>): Promise<Todo> {
    const todo = new Todo(pass);
    const now = pass.context.ports.clock.now();
    const due = [...retries.values()].filter((retry) => isDue(pass, retry, now)).map(({ number }) => number);
    todo.#numbers = [...new Set([...touchedSince(pass.book.state, pass.record.applied), ...due])];
    await todo.load(todo.#numbers);
    return todo;
  }

  get size(): number {
    return this.#numbers.length;
  }

  next(): number | undefined {
    return this.#numbers.shift();
  }

  /** Puts a card back in front: its copy was just learnt anew. */
  again(number: number): void {
    this.#numbers.unshift(number);
  }

  /** Takes up what was committed since; true when there was something. */
  async catchUp(): Promise<boolean> {
    const { state } = this.#pass.book;
    if (state.head === this.head) return false;
    const fresh = touchedSince(state, this.head);
    this.head = state.head;
    await this.load(fresh.filter((number) => !this.copies.has(number)));
    const waiting = new Set(fresh);
    this.#numbers = [...fresh, ...this.#numbers.filter((number) => !waiting.has(number))];
    return fresh.length > 0;
  }

  async load(numbers: readonly number[]): Promise<void> {
    const { store } = this.#pass.context.ports;
    for (let at = 0; at < numbers.length; at += COPIES) {
      const page = await store.copies(this.#pass.endpoint.key, numbers.slice(at, at + COPIES));
      for (const [number, copy] of page) this.copies.set(number, copy);
    }
  }

  /** Puts cards back in front and loads every copy anew: a reading in between may have linked or missed any of them. */
  async reload(considered: readonly number[]): Promise<void> {
    this.#numbers = [...new Set([...considered, ...this.#numbers])];
    const numbers = new Set([...this.copies.keys(), ...this.#numbers]);
    this.copies.clear();
    await this.load([...numbers]);
  }

  /** Takes what was stored of copies. */
  note(slots: ReadonlyMap<number, Copy | null>): void {
    for (const [number, copy] of slots) {
      if (copy) this.copies.set(number, copy);
      else this.copies.delete(number);
    }
  }
}

/** Due now; or parked, with a newer version of its card that nobody has tried yet. */
function isDue(pass: Pass, retry: RetryRecord, now: number): boolean {
  if (retry.due !== null) return retry.due <= now;
  return (pass.book.state.cards.get(retry.number)?.revision ?? 0) > retry.revision;
}
