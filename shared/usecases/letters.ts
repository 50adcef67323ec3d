import type { Letter } from '#ports/queue';
import type { Context } from './context.ts';

/** Keeps a message that nobody understood where a person can see it, never dropped and never looped (W-08). */
export async function keepLetter({ ports: { store, clock, chance } }: Context, letter: Letter): Promise<void> {
  const record = { ...letter, at: clock.now() };
  await store.write([[{ op: 'insert', kind: 'letter', key: chance.newId(), record }]]);
}
