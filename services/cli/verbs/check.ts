import type { Config, Problem } from '#config/config';
import { exit, Failure } from '../failure.ts';
import type { Environment } from '../settings.ts';

/** Says what a configuration will do. Its problems were told before: a configuration with errors does not get here (I-16). */
export function check(
  config: Config,
  warnings: readonly Problem[],
  { out }: Environment,
  options: { readonly policy?: string; readonly json: boolean },
): number {
  const policies = config.policies.filter(({ id }) => options.policy === undefined || id === options.policy);
  if (policies.length === 0)
    throw new Failure(
      `There is no policy ${options.policy}. The configuration has: ${config.policies.map(({ id }) => id).join(', ')}.`,
      exit.usage,
    );
  if (options.json) {
    out(JSON.stringify({ ok: true, warnings, policies }, null, 2));
    return exit.done;
  }
  for (const { path, message } of warnings) out(`warning: ${path}: ${message}`);
  for (const policy of policies) {
    const sources = policy.sources.map(
      ({ mailbox, folder }) => `${mailbox} / ${folder === 'default' ? folder : folder.join('/')}`,
    );
    const { mailboxes } = policy.targets;
    const who = mailboxes === 'licensed' ? 'every licensed mailbox' : `${mailboxes.length} mailboxes`;
    const folder =
      policy.targetFolder === 'default' ? 'the default Contacts folder' : `the folder ${policy.targetFolder.join('/')}`;
    out(`${policy.id}: ${policy.trigger}, from ${sources.join(', ')} into ${folder} of ${who}.`);
    out(
      `  brake: ${policy.brake.cards} contacts and ${policy.brake.percent} %; ${policy.brake.mailboxes} mailboxes and ${policy.brake.percent} %`,
    );
    out(`  at once: ${policy.parallelMailboxes} mailboxes in bulk work, ${policy.liveMailboxes} when news travel`);
  }
  out(
    config.webhook.publicUrl
      ? `Changes are notified to ${config.webhook.publicUrl}.`
      : `Changes are looked for every ${config.pollMs / 1000} s: there is no webhook.publicUrl.`,
  );
  out('The configuration is good.');
  return exit.done;
}
