import type { Event } from '#core/event';
import type { Log } from '#observability/log';
import { durationBoundsMs, type Metrics } from '#observability/metrics';

/** Writes what operators may need later to the technical log, and counts it. No line per copy: it would cost as much. */
export function eventLog(log: Log, metrics: Metrics): (event: Event) => void {
  return (event) => {
    count(metrics, event);
    write(log, event);
  };
}

function count(metrics: Metrics, event: Event): void {
  if (event.type === 'wrote') {
    const { policy, kind, outcome } = event;
    metrics.counter('cardwire_writes_total', 'Writes to mailboxes', { policy, kind, outcome }).add();
  } else if (event.type === 'propagated') {
    const { policy, last, median } = event;
    metrics
      .histogram('cardwire_lag_last_ms', 'From notification to the last mailbox', { policy }, durationBoundsMs)
      .observe(last);
    metrics
      .histogram('cardwire_lag_median_ms', 'From notification to the median mailbox', { policy }, durationBoundsMs)
      .observe(median);
  } else if (event.type === 'drift') {
    for (const kind of ['changed', 'deleted', 'duplicate'] as const)
      if (event[kind] > 0)
        metrics.counter('cardwire_drift_total', 'Copies found other than written', { kind }).add(event[kind]);
  } else if (event.type === 'trouble')
    metrics.counter('cardwire_troubles_total', 'Troubles met', { code: event.code }).add();
}

function write(log: Log, event: Event): void {
  switch (event.type) {
    case 'committed':
      log.info(
        { event: event.type, policy: event.policy, revision: event.revision, count: event.cards },
        'cards committed',
      );
      break;
    case 'propagated':
      log.info(
        {
          event: event.type,
          policy: event.policy,
          revision: event.revision,
          ms: event.last,
          count: event.mailboxes,
          waiting: event.missing,
        },
        'edit reached the mailboxes',
      );
      break;
    case 'inventory':
      log.info(
        { event: event.type, endpoint: event.endpoint, count: event.items, cause: event.why },
        'inventory taken',
      );
      break;
    case 'held':
      log.warn(
        { event: event.type, policy: event.policy, endpoint: event.endpoint, kind: event.kind, count: event.cards },
        'the brake holds: release or discard',
      );
      break;
    case 'parked':
      log.warn(
        { event: event.type, policy: event.policy, endpoint: event.endpoint, code: event.code },
        'a card is refused and waits for a person',
      );
      break;
    case 'unreachable':
      log.warn(
        { event: event.type, endpoint: event.endpoint, code: event.code, tries: event.tries },
        'a mailbox is not reached; it is tried again',
      );
      break;
    case 'store restored':
      log.warn({ event: event.type }, 'the store is older than the mailboxes: every folder is looked at anew');
      break;
    case 'trouble':
      log.error({ event: event.type, code: event.code, cause: event.where, err: new Error(event.message) }, 'trouble');
      break;
    case 'drift':
      log.info(
        { event: event.type, endpoint: event.endpoint, count: event.changed + event.deleted + event.duplicate },
        'drift found',
      );
      break;
    case 'lease':
      log.debug({ event: event.type, shard: event.shard, state: event.what }, 'lease');
      break;
    case 'looked':
    case 'applied':
    case 'wrote':
    case 'left':
    case 'reached':
      break;
  }
}
