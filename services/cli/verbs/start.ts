import type { Config } from '#config/config';
import type { Event } from '#core/event';
import { createLog } from '#observability/log';
import { Metrics } from '#observability/metrics';
import { type Part, startAll } from '#runtime/lifecycle';
import { onStopSignals } from '#runtime/signals';
import { systemClock } from '#runtime/system-clock';
import { version } from '#runtime/version';
import { startReceiver } from '../../receiver/service.ts';
import { startStatusPage } from '../../status/service.ts';
import { type Engine, startEngine } from '../engine.ts';
import { eventLog } from '../event-log.ts';
import { exit } from '../failure.ts';
import type { Environment } from '../settings.ts';

const TROUBLES = 50;

export interface Services {
  readonly engine: Engine;
  readonly statusUrl: string;
  /** Where the receiver listens; undefined when policies poll. */
  readonly webhookUrl: string | undefined;
  stop(): Promise<void>;
}

/**
 * All services of the embedded profile in this process. The receiver is there before anything subscribes: Graph
 * validates its address while the subscription is being made.
 */
export async function startServices(
  config: Config,
  environment: Environment,
  listen: (event: Event) => void = () => undefined,
): Promise<Services> {
  const log = createLog({ level: config.log });
  const metrics = new Metrics();
  const write = eventLog(log, metrics);
  const troubles: { at: number; where: string; code: string; message: string }[] = [];
  const emit = (event: Event): void => {
    write(event);
    listen(event);
    if (event.type !== 'trouble') return;
    troubles.unshift({ at: systemClock.now(), where: event.where, code: event.code, message: event.message });
    troubles.length = Math.min(troubles.length, TROUBLES);
  };
  let engine: Engine | undefined;
  let statusUrl = '';
  let webhookUrl: string | undefined;
  const door = receiverDoor(config);
  const parts: Part[] = [
    {
      name: 'engine',
      start: async () => {
        const started = await startEngine(config, environment, {
          emit,
          // Once the folder is ours and before the first subscription is asked for.
          before: async ({ ports }) => {
            if (!door) return async () => undefined;
            const receiver = await startReceiver(door, {
              queue: ports.queue,
              clock: systemClock,
              log,
              metrics,
              secret: config.webhook.secret ?? '',
            });
            webhookUrl = receiver.url;
            return () => receiver.close();
          },
        });
        engine = started;
        return () => started.close();
      },
    },
    {
      name: 'status page',
      start: async () => {
        const { ports, setting } = (engine as Engine).context;
        const page = await startStatusPage(config.status, {
          store: ports.store,
          queue: ports.queue,
          policies: setting.policies,
          troubles: () => troubles,
        });
        statusUrl = page.url;
        return () => page.close();
      },
    },
  ];
  const running = await startAll(parts);
  return { engine: engine as unknown as Engine, statusUrl, webhookUrl, stop: () => running.stop() };
}

/** Where notifications come in: the path is that of the public address. */
function receiverDoor({ webhook }: Config) {
  if (webhook.publicUrl === undefined) return undefined;
  return { listen: webhook.listen, path: new URL(webhook.publicUrl).pathname };
}

/** Runs until it is asked to stop; a second request does not wait for work under way. */
export async function start(config: Config, environment: Environment): Promise<number> {
  const services = await startServices(config, environment);
  const { out } = environment;
  out(`Cardwire ${version} works on ${config.policies.length} policies. Status: ${services.statusUrl}`);
  out(
    services.webhookUrl
      ? `Notifications come in at ${services.webhookUrl}.`
      : `There is no webhook.publicUrl: sources are looked at every ${config.pollMs / 1000} s.`,
  );
  const asked = Promise.withResolvers<void>();
  const off = onStopSignals(process, {
    graceful: () => asked.resolve(),
    forceful: () => process.exit(exit.problems),
  });
  await asked.promise;
  out('Stopping: work under way is finished first.');
  await services.stop();
  off();
  return exit.done;
}
