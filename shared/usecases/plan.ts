import { advance, type BookState, fork, tally } from '#core/book';
import { weighDeletions } from '#core/brake';
import type { Copy } from '#core/copy';
import { decide } from '#core/decide';
import type { Draft } from '#core/observation';
import { observeSource } from '#core/observe-source';
import { observeTarget } from '#core/observe-target';
import type { Policy } from '#core/policy';
import type { MemberRecord } from '#core/records';
import type { Situation } from '#core/situation';
import { PortError } from '#ports/errors';
import { Books } from './books.ts';
import type { Context } from './context.ts';
import { memberKey } from './endpoints.ts';
import { wantedMembers } from './membership.ts';
import { type PlannedOperation, planned } from './permit.ts';
import { type FolderView, viewFolder } from './view.ts';

/** What a run of the policy would do now. `operations` is exactly that: a run of the plan does no other. */
export interface Plan {
  readonly key: string;
  readonly policy: string;
  readonly generation: string;
  readonly at: number;
  readonly operations: readonly PlannedOperation[];
  /** Target folders that would be made: addresses. */
  readonly folders: readonly string[];
  /** What the brake would hold, in words. */
  readonly held: readonly string[];
  /** One sentence each, naming mailbox and remedy. */
  readonly problems: readonly string[];
  /** Source items that stay where they are, by reason. */
  readonly left: { readonly private: number; readonly category: number; readonly foreign: number };
}

/**
 * A preview (PROTOCOL 2.6 `plan`, promise 8): inventories of sources, then targets, without a commit; observe and decide
 * as a run would. Never follows a stored delta link and writes nothing but the plan itself. Throws Denied when the tenant
 * cannot be read at all; a single mailbox that cannot becomes a problem.
 */
export async function makePlan(context: Context, policy: Policy, by: string): Promise<Plan> {
  const { store, clock, chance } = context.ports;
  const { members, problems } = await wantedMembers(context, policy);
  const planner = new Planner(context, policy, [...problems]);
  await planner.open();
  for (const member of members) if (member.role === 'source') await planner.source(member);
  planner.finishLeaving();
  const targets = members.filter(({ role }) => role === 'target');
  for (let at = 0; at < targets.length; at += AT_ONCE)
    await Promise.all(targets.slice(at, at + AT_ONCE).map((member) => planner.target(member)));
  const at = clock.now();
  const key = `${policy.id}/${chance.newId()}`;
  const { operations, folders, held, left } = planner;
  const { generation } = policy;
  const record = { policy: policy.id, at, by, generation, body: operations };
  await store.write([[{ op: 'replace', kind: 'plan', key, record }]]);
  return { key, policy: policy.id, generation, at, operations, folders, held, problems: planner.problems, left };
}

/** Mailboxes looked at together: a preview is in no hurry. */
const AT_ONCE = 5;

class Planner {
  readonly operations: PlannedOperation[] = [];
  readonly folders: string[] = [];
  readonly held: string[] = [];
  readonly problems: string[];
  readonly left = { private: 0, category: 0, foreign: 0 };
  readonly #context: Context;
  readonly #policy: Policy;
  readonly #sources: string[] = [];
  #book: BookState | undefined;
  #tenantId = '';

  constructor(context: Context, policy: Policy, problems: string[]) {
    this.#context = context;
    this.#policy = policy;
    this.problems = problems;
  }

  async open(): Promise<void> {
    const book = new Books(this.#context.ports.store).get(this.#policy.id);
    await book.refresh();
    this.#book = fork(book.state);
    this.#tenantId = await this.#context.ports.directory.tenantId(this.#policy.tenant);
  }

  async source(member: MemberRecord): Promise<void> {
    this.#sources.push(memberKey(member));
    const view = await this.#view(member);
    if (!view) return;
    if (!view.folder) {
      this.problems.push(
        `${member.address}: the source folder "${member.path.join('/')}" is not there. Put it back, or correct the policy.`,
      );
      return;
    }
    const situation = this.#situation(member, view);
    const reading = observeSource(situation, view.observations);
    for (const why of ['private', 'category', 'foreign'] as const) this.left[why] += reading.left[why];
    this.#take([...reading.drafts.values()]);
  }

  /** Moves the forked book on, as a commit would. */
  #take(drafts: readonly Draft[]): void {
    const book = this.#state;
    const revision = book.head + 1;
    const versions = drafts.map((draft) => ({ ...draft, bornAt: draft.bornAt === 'now' ? revision : draft.bornAt }));
    const time = this.#context.ports.clock.now();
    const cardsBorn = Math.max(book.cardsBorn, ...versions.map(({ number }) => number), 0);
    advance(book, { book: book.book, revision, time, token: 0, cardsBorn, versions, observed: {} });
  }

  /** A run waits out the grace: what is missing goes, as far as the brake allows. */
  finishLeaving(): void {
    const now = this.#context.ports.clock.now();
    for (const source of this.#sources) {
      const leaving = [...this.#state.cards.values()].filter(
        (version) => version.state === 'leaving' && !version.kept && version.source.endpoint === source,
      );
      const { live, goneWithinDay } = tally(this.#state, source, now);
      const counts = { live: live + leaving.length, goneWithinDay, leaving: leaving.length, caps: this.#policy.brake };
      const verdict = weighDeletions(counts);
      if (!verdict.open) this.held.push(verdict.reason);
      else if (leaving.length > 0) this.#take(leaving.map((version) => ({ ...version, state: 'gone', since: now })));
    }
  }

  async target(member: MemberRecord): Promise<void> {
    const view = await this.#view(member);
    if (!view) return;
    if (!view.folder) this.folders.push(member.address);
    const copies = new Map<number, Copy>(view.copies);
    if (view.folder) {
      const reading = observeTarget(this.#situation(member, view), view.observations);
      for (const [number, copy] of reading.copies) {
        if (copy) copies.set(number, copy);
        else copies.delete(number);
      }
    } else copies.clear();
    this.#decideAll(member, copies);
  }

  #decideAll(member: MemberRecord, copies: ReadonlyMap<number, Copy>): void {
    for (const version of this.#state.cards.values()) {
      const copy = copies.get(version.number);
      const decision = decide({ policy: this.#policy, version, copy, applied: 0, refusedCreate: false });
      if (decision.kind !== 'operation') continue;
      const { operation } = decision;
      const facts = { endpoint: memberKey(member), address: member.address, card: version.card };
      this.operations.push({ ...facts, name: version.fields.displayName ?? '', ...planned(operation) });
    }
  }

  get #state(): BookState {
    if (!this.#book) throw new Error('a plan begins with its book');
    return this.#book;
  }

  async #view(member: MemberRecord): Promise<FolderView | undefined> {
    try {
      return await viewFolder(this.#context, member, this.#policy, this.#state);
    } catch (cause) {
      if (!(cause instanceof PortError)) throw cause;
      this.problems.push(`${member.address}: cannot be read (${cause.message}). A run tries it again.`);
      return undefined;
    }
  }

  #situation(member: MemberRecord, view: FolderView): Situation {
    const { setting, ports } = this.#context;
    return {
      policy: this.#policy,
      installation: setting.installation,
      endpoint: memberKey(member),
      mailbox: member.mailbox,
      tenantId: this.#tenantId,
      user: member.user,
      folder: view.folder ?? '',
      book: this.#state,
      applied: 0,
      copies: view.copies,
      bases: new Map(),
      settle: setting.timing.settle,
      now: ports.clock.now(),
    };
  }
}
