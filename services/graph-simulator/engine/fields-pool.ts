import type { ContactFields } from './contact-fields.ts';

/** The fields of one or many contacts: a thousand mailboxes with the same contact hold one of these. */
export interface SharedFields {
  readonly key: string;
  readonly fields: ContactFields;
  uses: number;
}

/** Keeps one frozen copy of equal fields for as long as a contact has them. */
export class FieldsPool {
  readonly #byKey = new Map<string, SharedFields>();

  take(fields: ContactFields): SharedFields {
    const key = JSON.stringify(fields);
    const known = this.#byKey.get(key);
    if (known) {
      known.uses += 1;
      return known;
    }
    const shared = { key, fields: Object.freeze(fields), uses: 1 };
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
