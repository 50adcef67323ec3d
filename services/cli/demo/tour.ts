import { systemClock } from '#runtime/system-clock';
import { shortMs } from '../table.ts';
import type { Person, Shown } from './person.ts';
import type { Arrival, Watch } from './watch.ts';

export interface TourOptions {
  readonly person: Person;
  readonly watch: Watch;
  readonly shared: string;
  readonly folder: string;
  /** Name of the folder with the copies. */
  readonly target: string;
  readonly mailboxes: number;
  readonly graceMs: number;
  readonly out: (text: string) => void;
  readonly stop: AbortSignal;
}

/** Creates, edits and deletes contacts in the shared folder as Outlook would, and tells how fast each arrived everywhere. */
export async function tour(options: TourOptions): Promise<void> {
  const { person, shared, folder } = options;
  const path = `/users/${shared}/contactFolders/${await person.folderId(shared, folder)}/contacts`;
  let made: Shown | undefined;
  await step(options, 'a new contact', 1, async () => {
    made = await person.call<Shown>('POST', path, {
      displayName: 'Zoë Nyström',
      givenName: 'Zoë',
      surname: 'Nyström',
      companyName: 'Nordwind AB',
      businessPhones: ['+46 8 555 01 01'],
      emailAddresses: [{ name: 'Zoë Nyström', address: 'zoe@nordwind.example' }],
    });
  });
  const one = `/users/${shared}/contacts/${made?.id}`;
  await step(options, 'a new mobile number', 1, () => person.call('PATCH', one, { mobilePhone: '+46 70 555 01 01' }));
  await step(options, 'a new job title', 1, () => person.call('PATCH', one, { jobTitle: 'Head of Purchasing' }));
  await step(options, `a deletion (grace ${shortMs(options.graceMs)})`, 2, () => person.call('DELETE', one));
}

/** The same while one mailbox is throttled: nobody else waits for it. */
export async function throttledTour(options: TourOptions, victim: string): Promise<void> {
  const { person, watch, shared, folder, mailboxes, out } = options;
  const contacts = (await person.contacts(shared, folder)) ?? [];
  const id = contacts[0]?.id;
  if (id === undefined || mailboxes < 2) return;
  await person.control('POST', '/faults', { status: 429, retryAfter: 3, mailbox: victim, forMs: 4000 });
  const others = watch.arrival({ mailboxes: mailboxes - 1 });
  const edited = await timed(() =>
    person.call('PATCH', `/users/${shared}/contacts/${id}`, { profession: 'Geologist' }),
  );
  tell(out, `an edit while ${victim} answers 429`, edited, await others);
  const started = systemClock.now();
  for (;;) {
    const copies = await person.contacts(victim, options.target).catch(() => undefined);
    if (copies?.some((copy) => copy['profession'] === 'Geologist')) break;
    await systemClock.sleep(100, options.stop);
  }
  out(`  ${victim} itself had it ${shortMs(systemClock.now() - started)} after the others, when Graph let it.`);
}

async function timed(task: () => Promise<unknown>): Promise<number> {
  await task();
  return systemClock.now();
}

async function step(
  { watch, mailboxes, out }: TourOptions,
  what: string,
  commits: number,
  act: () => Promise<unknown>,
): Promise<void> {
  const arrival = watch.arrival({ mailboxes, commits });
  const edited = await timed(act);
  tell(out, what, edited, await arrival);
}

function tell(out: (text: string) => void, what: string, edited: number, { notified, at }: Arrival): void {
  const after = (time: number | undefined): string => shortMs(Math.max(0, (time ?? 0) - notified));
  out(
    `  ${what}: Graph took ${shortMs(Math.max(0, notified - edited))} to notify; from there the first mailbox had it after ${after(at[0])}, ` +
      `the median after ${after(at[Math.floor(at.length / 2)])}, the last of ${at.length} after ${after(at.at(-1))}.`,
  );
}
