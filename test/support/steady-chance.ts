import type { Chance } from '#ports/clock';

/** Ids that count up, and always the same number. */
export function steadyChance(random = 0.5): Chance {
  let made = 0;
  return {
    random: () => random,
    newId: () => {
      made += 1;
      return `id-${made}`;
    },
  };
}
