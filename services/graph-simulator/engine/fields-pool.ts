import type { ContactFields } from './contact-fields.ts';

/** The fields of one or many contacts: a thousand mailboxes with the same contact hold one of these. */
export interface SharedFields {
  readonly key: string;
  readonly fields: ContactFields;
  uses: number;
}

/** Keeps one frozen copy of equal fields for as long as a contact has them. It is parsed anew: that cuts it off from the body that it came in. */
export class FieldsPool {
  readonly #byKey = new Map<string, SharedFields>();

  take(fields: ContactFields): SharedFields {
    const key = JSON.stringify(fields);
    const known = this.#byKey.get(key);
    if (known) {
      known.uses += 1;
      return known;
    }
    const shared = { key, fields: frozen(JSON.parse(key)), uses: 1 };
    this.#byKey.set(key, shared);
    return shared;
  }

  release(shared: SharedFields): void {
    shared.uses -= 1;
    if (shared.uses === 0) this.#byKey.delete(shared.key);
  }

  get size(): number {
    return this.#byKey.size;
  }
}

/** To the bottom: answers hand out the very lists and addresses that many contacts share. */
function frozen(fields: ContactFields): ContactFields {
  for (const value of Object.values(fields)) {
    if (typeof value !== 'object') continue;
    for (const inner of Object.values(value)) Object.freeze(inner);
    Object.freeze(value);
  }
  return Object.freeze(fields);
}
