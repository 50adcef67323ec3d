import type { GraphAnswer } from '../engine/wire.ts';
import { graphError } from '../http/errors.ts';

type Item = Readonly<Record<string, unknown>>;

/** What was there before a write; `item` undefined: there was nothing. */
interface Before {
  readonly item: Item | undefined;
  readonly until: number;
}

const isObject = (value: unknown): value is Item =>
  typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Uint8Array);

/** Memory of what writes replaced, and answers made to look as if the write had not been seen yet. */
export class OlderAnswers {
  readonly #now: () => number;
  readonly #memory = new Map<string, Map<string, Before>>();

  constructor(now: () => number) {
    this.#now = now;
  }

  /** Remembers, for `lagMs`, what a successful write made or replaced. `old`: the answer of a GET before it. */
  remember(mailbox: string, old: GraphAnswer | undefined, answer: GraphAnswer, lagMs: number): void {
    if (answer.status === 201 && isObject(answer.body)) this.#keep(mailbox, answer.body['id'], undefined, lagMs);
    else if (answer.status < 300 && old?.status === 200 && isObject(old.body))
      this.#keep(mailbox, old.body['id'], old.body, lagMs);
  }

  /**
   * The answer to a GET as it was before.
   *
   * @param hideNew whether items that were not there before are left out, or shown as they are
   */
  age(mailbox: string, path: string, answer: GraphAnswer, hideNew: boolean): GraphAnswer {
    const before = this.#before(mailbox, path.slice(path.lastIndexOf('/') + 1));
    if (answer.status === 404 && before?.item) return { status: 200, headers: {}, body: before.item };
    if (answer.status !== 200 || !isObject(answer.body)) return answer;
    const { body } = answer;
    if (Array.isArray(body['value']))
      return { ...answer, body: { ...body, value: this.#list(mailbox, body['value'], hideNew) } };
    const shown = this.#older(mailbox, body);
    return shown
      ? { ...answer, body: shown }
      : graphError(404, 'ErrorItemNotFound', 'The specified object was not found in the store.');
  }

  #list(mailbox: string, entries: readonly unknown[], hideNew: boolean): Item[] {
    const items = entries.filter(isObject);
    return items.flatMap((item) => {
      if ('@removed' in item) return [item];
      const older = this.#older(mailbox, item);
      return older ? [older] : hideNew ? [] : [item];
    });
  }

  /** The item with its earlier values, as far as it shows them; undefined when it did not exist. */
  #older(mailbox: string, item: Item): Item | undefined {
    const before = this.#before(mailbox, String(item['id']));
    if (!before) return item;
    if (!before.item) return undefined;
    const earlier = Object.entries(before.item).filter(([name]) => name in item);
    return { ...item, ...Object.fromEntries(earlier) };
  }

  #before(mailbox: string, id: string): Before | undefined {
    const before = this.#memory.get(mailbox)?.get(id);
    return before && before.until > this.#now() ? before : undefined;
  }

  #keep(mailbox: string, id: unknown, item: Before['item'], lagMs: number): void {
    const items = this.#memory.get(mailbox) ?? new Map<string, Before>();
    this.#memory.set(mailbox, items);
    if (!this.#before(mailbox, String(id))) items.set(String(id), { item, until: this.#now() + lagMs });
  }
}
