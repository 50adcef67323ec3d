/** One task at a time; whoever asks while it runs leads to one more run after it, however many ask. */
export class Latest {
  readonly #task: () => Promise<void>;
  #wanted = false;
  #running = false;

  constructor(task: () => Promise<void>) {
    this.#task = task;
  }

  /** Resolves when the runs that this call started, if it started any, have ended. */
  async again(): Promise<void> {
    this.#wanted = true;
    if (this.#running) return;
    this.#running = true;
    try {
      while (this.#wanted) {
        this.#wanted = false;
        await this.#task();
      }
    } finally {
      this.#running = false;
    }
  }
}
