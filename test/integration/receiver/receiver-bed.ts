import { onTestFinished } from 'vitest';
import { mailboxKey } from '#core/identity';
import type { Look, Signal } from '#core/signal';
import { clientState } from '#messages/client-state';
import { createLog } from '#observability/log';
import { Metrics } from '#observability/metrics';
import type { Clock } from '#ports/clock';
import type { Queue } from '#ports/queue';
import { systemClock } from '#runtime/system-clock';
import { type Receiver, startReceiver } from '../../../services/receiver/service.ts';

export const secret = 'a secret of the test';
export const ada = mailboxKey('0d9f0a3e-6c1b-4b8e-9a51-0c6f8d3b2a10', 'ada');
export const bob = mailboxKey('0d9f0a3e-6c1b-4b8e-9a51-0c6f8d3b2a10', 'bob');

export type Published = { readonly signal: Signal; readonly shard: string | 'all' };

/** A queue that keeps what is published, once `durable` resolves. */
export class RecordingQueue implements Pick<Queue, 'publish'> {
  readonly published: Published[] = [];
  durable: () => Promise<void> = async () => undefined;
  asked = 0;

  async publish(signals: readonly Published[]): Promise<void> {
    this.asked += signals.length;
    await this.durable();
    this.published.push(...signals);
  }

  get looks(): readonly Look[] {
    return this.published.map(({ signal }) => signal).filter((signal) => signal.k === 'look');
  }
}

interface BedOptions {
  readonly queue?: Pick<Queue, 'publish'>;
  readonly clock?: Clock;
  readonly path?: string;
  readonly knows?: (mailbox: string) => boolean;
}

export interface Bed extends Receiver {
  readonly logged: readonly string[];
  /** Posts as Graph does; a body that is no text is sent as JSON. */
  post(body: unknown, options?: { readonly type?: string; readonly at?: string }): Promise<Response>;
}

/** A receiver on a free port of this machine, closed when the test ends. */
export async function openBed({ queue, clock = systemClock, path = '/graph', knows }: BedOptions = {}): Promise<Bed> {
  const logged: string[] = [];
  const log = createLog({ level: 'debug', to: { write: (line) => logged.push(line) } });
  const receiver = await startReceiver(
    { listen: { host: '127.0.0.1', port: 0 }, path },
    { queue: queue ?? new RecordingQueue(), clock, log, metrics: new Metrics(), secret, ...(knows && { knows }) },
  );
  onTestFinished(() => receiver.close());
  return {
    ...receiver,
    logged,
    post: (body, { type = 'application/json', at = receiver.url } = {}) =>
      fetch(at, {
        method: 'POST',
        headers: { 'Content-Type': type },
        body: typeof body === 'string' || body instanceof Uint8Array ? (body as string) : JSON.stringify(body),
      }),
  };
}

/** A notification as Graph sends it for a contact (graph.md 3.5). */
export const notification = (mailbox: string, id: string, more: object = {}) => ({
  subscriptionId: '7f105c7d-2dc5-4530-97cd-4e7ae6534c07',
  subscriptionExpirationDateTime: '2026-06-08T01:00:00-07:00',
  clientState: clientState(secret, 'contoso', mailbox),
  changeType: 'updated',
  resource: `Users/ada/Contacts/${id}`,
  tenantId: '84bd8158-6d4d-4958-8b9f-9d6445542f95',
  resourceData: {
    '@odata.type': '#Microsoft.Graph.Contact',
    '@odata.id': `Users/ada/Contacts/${id}`,
    '@odata.etag': `W/"of ${id}"`,
    id,
  },
  ...more,
});

/** A lifecycle event as Graph sends it (graph.md 3.7). */
export const lifecycle = (mailbox: string, lifecycleEvent: string) => ({
  subscriptionId: '7f105c7d-2dc5-4530-97cd-4e7ae6534c07',
  subscriptionExpirationDateTime: '2026-06-08T08:00:00.0000000Z',
  tenantId: '84bd8158-6d4d-4958-8b9f-9d6445542f95',
  clientState: clientState(secret, 'contoso', mailbox),
  lifecycleEvent,
});
