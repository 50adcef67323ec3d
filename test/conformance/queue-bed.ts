import type { Queue } from '#ports/queue';

/** The shards of every queue under test. */
export const shards = ['00', '01', '02', '03'];

/** Fresh, empty queues of `shards` and what can happen to them. */
export interface QueueBed {
  readonly queue: Queue;
  /** Puts a body into a shard's queue as it is, as another version of the program would. */
  raw(shard: string, body: string): Promise<void>;
  /** Closes and opens the same queues. */
  reopen(): Promise<Queue>;
  /** Queues over what a process leaves that dies at this moment: nothing is closed, nothing waited for. */
  crash(): Promise<Queue>;
  /** Closes and removes everything. */
  end(): Promise<void>;
}

/** The queues of the test that runs. */
export type Bed = () => QueueBed;
