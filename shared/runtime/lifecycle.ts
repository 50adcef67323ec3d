/** One thing that runs between start and stop. */
export interface Part {
  /** For the log and for errors. */
  readonly name: string;
  /** Resolves when the part works; returns what stops it again. */
  start(): Promise<() => Promise<void>>;
}

interface Started {
  readonly name: string;
  readonly stop: () => Promise<void>;
}

/** Stops all, the last started first, each whatever became of the one before. */
async function stopAll(started: Started[]): Promise<unknown[]> {
  const failures: unknown[] = [];
  for (let part = started.pop(); part; part = started.pop()) {
    try {
      await part.stop();
    } catch (cause) {
      failures.push(new Error(`${part.name} did not stop cleanly`, { cause }));
    }
  }
  return failures;
}

export interface Running {
  /** Stops everything in reverse order; a second call waits for the first. Rejects with an AggregateError of failures. */
  stop(): Promise<void>;
}

/**
 * Starts parts one after the other. When one cannot start, those before it are stopped again, and the reason is thrown
 * as it came.
 */
export async function startAll(parts: readonly Part[]): Promise<Running> {
  const started: Started[] = [];
  for (const { name, start } of parts) {
    try {
      started.push({ name, stop: await start() });
    } catch (reason) {
      await stopAll(started);
      throw reason;
    }
  }
  let stopping: Promise<void> | undefined;
  const stop = async (): Promise<void> => {
    const failures = await stopAll(started);
    if (failures.length > 0) throw new AggregateError(failures, 'not everything stopped cleanly');
  };
  return {
    stop() {
      stopping ??= stop();
      return stopping;
    },
  };
}
