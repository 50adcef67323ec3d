const written =
  /^(?<year>\d{4})-(?<month>\d\d)-(?<day>\d\d)(?:[Tt](?<hour>\d\d):(?<minute>\d\d)(?::(?<second>\d\d)(?:\.\d+)?)?(?<zone>[Zz]|[+-]\d\d:?\d\d)?)?$/;

/** Minutes that a zone such as `+05:30` is ahead of UTC. */
function minutesAhead(zone: string | undefined): number {
  if (zone === undefined || zone.toUpperCase() === 'Z') return 0;
  const minutes = Number(zone.slice(1, 3)) * 60 + Number(zone.slice(-2));
  return zone.startsWith('-') ? -minutes : minutes;
}

/**
 * The same instant as `YYYY-MM-DDTHH:MM:SSZ`, whatever zone the process has (field cases F07, F08): years without
 * meaning such as 1604 survive, fractions of a second do not. A bare date is its midnight, a time without zone is UTC.
 * Undefined for what is no date.
 */
export function instantText(text: string): string | undefined {
  const parts = written.exec(text)?.groups;
  if (!parts) return undefined;
  const number = (part: string): number => Number(parts[part] ?? 0);
  const date = new Date(0);
  date.setUTCFullYear(number('year'), number('month') - 1, number('day'));
  if (date.getUTCMonth() !== number('month') - 1 || date.getUTCDate() !== number('day')) return undefined;
  if (number('hour') > 23 || number('minute') > 59 || number('second') > 59) return undefined;
  date.setUTCHours(number('hour'), number('minute') - minutesAhead(parts['zone']), number('second'));
  const instant = date.toISOString();
  return instant.length === '0000-00-00T00:00:00.000Z'.length ? `${instant.slice(0, 19)}Z` : undefined;
}
