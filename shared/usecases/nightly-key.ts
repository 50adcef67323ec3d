const PREFIX = 'nightly-';

/** Key of the order of one night: whoever inserts it a second time meets the first. `due` in ms since the epoch. */
export const nightlyKey = (policy: string, due: number): string =>
  `${PREFIX}${new Date(due).toISOString().slice(0, 16).replaceAll(':', '')}-${policy}`;

/** Was the order given by the clock? */
export const isNightly = (order: string): boolean => order.startsWith(PREFIX);
