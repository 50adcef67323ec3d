import type { Store } from '#ports/store';

/** A fresh, empty store and what can happen to it. */
export interface StoreBed {
  readonly store: Store;
  /** Closes the store and opens the same data. */
  reopen(): Promise<Store>;
  /** A store over what a process leaves that dies at this moment: nothing is closed, nothing waited for. */
  crash(): Promise<Store>;
  /** Closes and removes everything. */
  end(): Promise<void>;
}

/** The store of the test that runs. */
export type Bed = () => StoreBed;
